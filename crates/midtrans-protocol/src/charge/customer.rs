//! People and places of a charge: customer, seller, address. All of it is personal data, so `Debug`
//! is redacted.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::charge::Text;
use crate::fields::Fields;
use crate::redacted::redacted;

/// Makes a struct of optional texts; then addresses; then the fields that this version does not
/// know.
macro_rules! with_texts {
    (
        $(#[$about:meta])*
        pub struct $name:ident {
            $($(#[$text_doc:meta])* $text:ident),+;
            $($(#[$address_doc:meta])* $address:ident,)*
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Default, PartialEq, Eq, Serialize)]
        #[non_exhaustive]
        pub struct $name {
            $(
                $(#[$text_doc])*
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $text: Option<String>,
            )+
            $(
                $(#[$address_doc])*
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $address: Option<Address>,
            )*
            /// Fields that this version doesn't know.
            #[serde(flatten)]
            pub extra: Map<String, Value>,
        }

        redacted!($name);

        impl $name {
            /// Takes it out of an object whose shape was checked.
            pub(crate) fn read(mut fields: Fields) -> Self {
                Self {
                    $($text: fields.text(stringify!($text)),)+
                    $($address: fields.object(stringify!($address)).map(Address::read),)*
                    extra: fields.rest(),
                }
            }
        }
    };
}

with_texts! {
    /// The customer. ([Customer
    /// details](https://docs.midtrans.com/reference/customer-details-object))
    ///
    /// Akulaku wants name, e-mail and phone; Kredivo wants a shipping address as well.
    ///
    /// ```
    /// use midtrans_protocol::CustomerDetails;
    /// use midtrans_protocol::charge::Address;
    ///
    /// let siti = CustomerDetails::new("Siti", "Rahma", "siti@example.com", "08123456789")
    ///     .with_shipping_address(Address::new("Jl. Melati 7", "Bandung", "40115"));
    /// // Many Indonesians have one name.
    /// let suharto =
    ///     CustomerDetails::with_one_name("Suharto", "suharto@example.com", "08123456780");
    /// # let _ = (siti, suharto);
    /// ```
    pub struct CustomerDetails {
        /// Given name, at most 255 characters, as all texts here.
        first_name,
        /// Family name.
        last_name,
        /// E-mail address.
        email,
        /// Phone number, `08…` or `+628…`.
        phone;
        /// The billing address.
        billing_address,
        /// The shipping address.
        shipping_address,
    }
}

impl CustomerDetails {
    /// A customer by name, e-mail and phone, which both cardless-credit providers insist on.
    ///
    /// A customer with one name has an empty `last_name`; see
    /// [`with_one_name`](Self::with_one_name).
    #[must_use]
    pub fn new(
        first_name: impl Into<String>,
        last_name: impl Into<String>,
        email: impl Into<String>,
        phone: impl Into<String>,
    ) -> Self {
        Self {
            first_name: Some(first_name.into()),
            last_name: Some(last_name.into()),
            email: Some(email.into()),
            phone: Some(phone.into()),
            ..Self::default()
        }
    }

    /// A customer who has one name.
    ///
    /// Akulaku's reference lists `last_name` as required and the page of the customer object lists
    /// it as optional; [`Charge::akulaku`](crate::Charge::akulaku) lets it be absent. Kredivo
    /// insists on one: for a customer with one name, put it into `last_name` as well.
    #[must_use]
    pub fn with_one_name(
        name: impl Into<String>,
        email: impl Into<String>,
        phone: impl Into<String>,
    ) -> Self {
        Self {
            last_name: None,
            ..Self::new(name, "", email, phone)
        }
    }

    /// Sets the shipping address. [`Charge::kredivo`](crate::Charge::kredivo) takes name, phone and
    /// e-mail of an address that names no recipient from the customer.
    #[must_use]
    pub fn with_shipping_address(mut self, address: Address) -> Self {
        self.shipping_address = Some(address);
        self
    }

    pub(crate) const fn name_and_contact(&self) -> [Text<'_>; 4] {
        [
            ("first_name", &self.first_name),
            ("last_name", &self.last_name),
            ("email", &self.email),
            ("phone", &self.phone),
        ]
    }

    /// Makes the customer the recipient of the shipping address, unless the address names one, even
    /// in part: a mixture would be neither person.
    pub(crate) fn fill_recipient(&mut self) {
        let Some(place) = &mut self.shipping_address else {
            return;
        };
        let recipient = [
            &place.first_name,
            &place.last_name,
            &place.email,
            &place.phone,
        ];
        if recipient.iter().all(|text| text.is_none()) {
            place.first_name.clone_from(&self.first_name);
            place.last_name.clone_from(&self.last_name);
            place.email.clone_from(&self.email);
            place.phone.clone_from(&self.phone);
        }
    }
}

with_texts! {
    /// A postal address and its recipient. ([Customer
    /// details](https://docs.midtrans.com/reference/customer-details-object))
    ///
    /// ```
    /// use midtrans_protocol::charge::Address;
    ///
    /// let home = Address::new("Jl. Melati 7", "Bandung", "40115");
    /// assert_eq!(home.country_code.as_deref(), Some("IDN"));
    /// let gift = Address::new("Jl. Kenanga 3", "Solo", "57111")
    ///     .with_recipient("Budi", "Santoso", "08123456781");
    /// # let _ = gift;
    /// ```
    pub struct Address {
        /// Given name of the recipient.
        first_name,
        /// Family name of the recipient.
        last_name,
        /// E-mail address of the recipient.
        email,
        /// Phone number of the recipient.
        phone,
        /// Street and number.
        address,
        /// City.
        city,
        /// Postal code: letters, digits, hyphens, spaces.
        postal_code,
        /// ISO 3166-1 alpha-3, such as `IDN`.
        country_code;
    }
}

impl Address {
    /// An address in Indonesia (`IDN`): street and number, city, postal code.
    ///
    /// It names no recipient: as a shipping address of [`Charge::kredivo`](crate::Charge::kredivo)
    /// the customer is the recipient.
    #[must_use]
    pub fn new(
        street: impl Into<String>,
        city: impl Into<String>,
        postal_code: impl Into<String>,
    ) -> Self {
        Self {
            address: Some(street.into()),
            city: Some(city.into()),
            postal_code: Some(postal_code.into()),
            country_code: Some("IDN".to_owned()),
            ..Self::default()
        }
    }

    /// Sets the recipient, where that is another person than the customer, or a seller.
    #[must_use]
    pub fn with_recipient(
        mut self,
        first_name: impl Into<String>,
        last_name: impl Into<String>,
        phone: impl Into<String>,
    ) -> Self {
        self.first_name = Some(first_name.into());
        self.last_name = Some(last_name.into());
        self.phone = Some(phone.into());
        self
    }
}

with_texts! {
    /// A seller on a marketplace. ([Seller
    /// details](https://docs.midtrans.com/reference/seller-details-object))
    ///
    /// Kredivo wants one per seller from marketplaces, and wants every field.
    pub struct SellerDetails {
        /// The marketplace's id of the seller.
        id,
        /// Name of the shop or person.
        name,
        /// E-mail address of the seller.
        email,
        /// Web page of the seller.
        url;
        /// The seller's address.
        address,
    }
}

impl SellerDetails {
    /// A seller with all that Kredivo wants: id, name, e-mail, web page, and an address that names
    /// its [recipient](Address::with_recipient).
    #[must_use]
    pub fn new(
        id: impl Into<String>,
        name: impl Into<String>,
        email: impl Into<String>,
        url: impl Into<String>,
        address: Address,
    ) -> Self {
        Self {
            id: Some(id.into()),
            name: Some(name.into()),
            email: Some(email.into()),
            url: Some(url.into()),
            address: Some(address),
            ..Self::default()
        }
    }

    pub(crate) const fn texts(&self) -> [Text<'_>; 4] {
        [
            ("id", &self.id),
            ("name", &self.name),
            ("email", &self.email),
            ("url", &self.url),
        ]
    }
}
