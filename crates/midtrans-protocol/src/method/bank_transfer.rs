//! Virtual accounts: the customer transfers the amount to a number.
//! [Gateway page](https://docs.midtrans.com/reference/virtual-account-api-bank-transfer)

use serde::Serialize;
use serde_json::{Map, Value};

use super::{PaymentMethod, Terms};
use crate::charge::{Field, Problems, Shape};
use crate::fields::Fields;
use crate::method::PaymentType;
use crate::redacted::redacted;
use crate::vocabulary::wire_enum;
use crate::{Charge, CustomerDetails};

/// A virtual account at a bank. The answer holds the number; `va_number` is only a preference,
/// which the bank may change.
///
/// ```
/// use midtrans_protocol::method::{Bank, BankTransfer};
/// use midtrans_protocol::{Charge, OrderId, Rupiah, TransactionDetails};
///
/// let order = TransactionDetails::new(OrderId::new("order-101")?, Rupiah::new(44_000))?;
/// let charge = Charge::builder(order, BankTransfer::new(Bank::Bca)).build()?;
/// assert_eq!(
///     String::from_utf8_lossy(&charge.to_json()),
///     r#"{"payment_type":"bank_transfer","transaction_details":{"order_id":"order-101","gross_amount":44000},"bank_transfer":{"bank":"bca"}}"#
/// );
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct BankTransfer {
    /// The bank.
    pub bank: Bank,
    /// The customer's part of the number, in digits, where the account is allowed to choose it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub va_number: Option<String>,
    /// Texts that BCA shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub free_text: Option<FreeText>,
    /// BCA's own fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bca: Option<BcaFields>,
    /// Permata's own fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permata: Option<PermataFields>,
    /// Fields that this version doesn't know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

redacted!(BankTransfer, FreeText, Wording, BcaFields, PermataFields);

wire_enum! {
    /// A bank with virtual accounts. The gateway documents the first five here and Mandiri as
    /// [`Echannel`](super::Echannel); the others for Snap and for another interface, so a charge
    /// may be refused. A bank that this version does not know is sent as it is spelled, if it is
    /// spelled as the gateway spells banks: in small letters, digits and underscores.
    pub enum Bank {
        /// BCA.
        Bca = "bca",
        /// BNI.
        Bni = "bni",
        /// BRI.
        Bri = "bri",
        /// CIMB Niaga.
        Cimb = "cimb",
        /// Permata.
        Permata = "permata",
        /// Danamon.
        Danamon = "danamon",
        /// Mandiri.
        Mandiri = "mandiri",
        /// BSI.
        Bsi = "bsi",
        /// SeaBank.
        Seabank = "seabank",
        /// Bank Saqu.
        Saqu = "saqu",
    }
}

/// Texts that BCA shows at its machines and in its app: at most ten of each.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[expect(
    clippy::exhaustive_structs,
    reason = "the gateway's object has these two lists"
)]
pub struct FreeText {
    /// Shown before the payment.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inquiry: Vec<Wording>,
    /// Shown after it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub payment: Vec<Wording>,
}

/// A text in two languages, each of at most 50 characters.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[expect(
    clippy::exhaustive_structs,
    reason = "the gateway asks for both and knows no third"
)]
pub struct Wording {
    /// Indonesian.
    pub id: String,
    /// English.
    pub en: String,
}

/// BCA's own fields.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "the gateway documents one field")]
pub struct BcaFields {
    /// The code that BCA has agreed on with the merchant; `00000` by default.
    pub sub_company_code: String,
}

/// Permata's own fields.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "the gateway documents one field")]
pub struct PermataFields {
    /// The name that the bank shows, in capitals and cut at 20 characters; the merchant's name by
    /// default.
    pub recipient_name: String,
}

impl BankTransfer {
    /// A virtual account whose number the bank chooses.
    #[must_use]
    pub fn new(bank: Bank) -> Self {
        Self {
            bank,
            va_number: None,
            free_text: None,
            bca: None,
            permata: None,
            extra: Map::new(),
        }
    }
}

impl FreeText {
    fn read(mut fields: Fields) -> Self {
        let mut texts = |name: &str| {
            let texts = fields.objects(name).into_iter();
            texts.filter_map(Wording::read).collect()
        };
        Self {
            inquiry: texts("inquiry"),
            payment: texts("payment"),
        }
    }
}

impl Wording {
    fn read(mut fields: Fields) -> Option<Self> {
        Some(Self {
            id: fields.text("id")?,
            en: fields.text("en")?,
        })
    }
}

impl BankTransfer {
    /// Collects what the bank would refuse of the customer: BCA a name of more than 30 characters,
    /// BNI a phone number that does not begin with `+62` or `0`, or has more than 30 characters.
    fn check_customer(&self, customer: &CustomerDetails, problems: &mut Problems) {
        match (&self.bank, &customer.phone) {
            (Bank::Bca, _) => {
                let names = [
                    ("first_name", &customer.first_name),
                    ("last_name", &customer.last_name),
                ];
                problems.limit("customer_details", &names, CUSTOMER_MAX);
            }
            (Bank::Bni, Some(phone)) => {
                let is_indonesian = phone.starts_with("+62") || phone.starts_with('0');
                if !is_indonesian || phone.chars().count() > CUSTOMER_MAX {
                    problems.add(
                        "customer_details.phone",
                        "a phone number for BNI: it begins with +62 or 0 and has at most 30 characters",
                    );
                }
            }
            _ => {}
        }
    }
}

/// The most characters of a name at BCA, and of a phone number at BNI.
const CUSTOMER_MAX: usize = 30;

const WORDING: &[Field] = &[
    Field::required("id", Shape::Text),
    Field::required("en", Shape::Text),
];

impl PaymentMethod for BankTransfer {
    const TYPE: PaymentType = PaymentType::BankTransfer;
    const TERMS: Terms = Terms::TRANSFER;
    const FIELDS: Option<&'static [Field]> = Some(&[
        Field::required("bank", Shape::Text),
        Field::optional("va_number", Shape::Text),
        Field::optional(
            "free_text",
            Shape::Exact(&[
                Field::optional("inquiry", Shape::ExactList(WORDING)),
                Field::optional("payment", Shape::ExactList(WORDING)),
            ]),
        ),
        Field::optional(
            "bca",
            Shape::Exact(&[Field::required("sub_company_code", Shape::Text)]),
        ),
        Field::optional(
            "permata",
            Shape::Exact(&[Field::required("recipient_name", Shape::Text)]),
        ),
    ]);

    fn read(mut fields: Fields) -> Option<Self> {
        let free_text = fields.object("free_text").map(FreeText::read);
        let bca = fields.object("bca").map(|mut bca| {
            let sub_company_code = bca.text("sub_company_code")?;
            Some(BcaFields { sub_company_code })
        });
        let permata = fields.object("permata").map(|mut permata| {
            let recipient_name = permata.text("recipient_name")?;
            Some(PermataFields { recipient_name })
        });
        Some(Self {
            bank: fields.word("bank")?,
            va_number: fields.text("va_number"),
            free_text,
            bca: bca.flatten(),
            permata: permata.flatten(),
            extra: fields.rest(),
        })
    }

    fn keeps_key(&self) -> bool {
        self.bank != Bank::Permata
    }

    fn check(&self, charge: &Charge, problems: &mut Problems) {
        let bank = Some(self.bank.as_str().to_owned());
        problems.require("bank_transfer", &[("bank", &bank)]);
        if let Bank::Unknown(word) = &self.bank {
            let is_word =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
            if !word.0.trim().is_empty() && !word.0.bytes().all(is_word) {
                problems.add(
                    "bank_transfer.bank",
                    "the gateway's word for a bank, such as bca: small letters, digits and underscores",
                );
            }
        }
        problems.refuse_known("bank_transfer", &self.extra, Self::FIELDS);
        let is_number = |number: &String| {
            !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        };
        if self
            .va_number
            .as_ref()
            .is_some_and(|number| !is_number(number))
        {
            problems.add("bank_transfer.va_number", "digits");
        }
        if let Some(customer) = &charge.customer_details {
            self.check_customer(customer, problems);
        }
        let lists = self
            .free_text
            .iter()
            .flat_map(|text| [("inquiry", &text.inquiry), ("payment", &text.payment)]);
        for (name, list) in lists {
            let path = format!("bank_transfer.free_text.{name}");
            if list.len() > 10 {
                problems.add(path.clone(), "at most 10 texts");
            }
            for (at, wording) in list.iter().enumerate() {
                let (id, en) = (Some(wording.id.clone()), Some(wording.en.clone()));
                problems.limit(&format!("{path}[{at}]"), &[("id", &id), ("en", &en)], 50);
            }
        }
    }
}
