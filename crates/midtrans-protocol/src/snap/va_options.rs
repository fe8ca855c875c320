//! The settings of virtual accounts on a page of Snap and on payment links.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::charge::{Field, Problems, Shape, join};
use crate::fields::Fields;
use crate::method::{FreeText, Wording};
use crate::redacted::redacted;

/// The settings of the virtual account of one bank. ([Virtual
/// account](https://docs.midtrans.com/reference/json-objects))
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct VaOptions {
    /// The digits that you would like in the number, as many as the bank allows: BCA 6–11, Permata
    /// 10, BNI 1–8, BRI 1–13, SeaBank 1–19, others 1–12. A preference, which the gateway may change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub va_number: Option<String>,
    /// The code that BCA has agreed on with the merchant. BCA only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_company_code: Option<String>,
    /// Texts on BCA's machines, at most ten of each kind. BCA only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub free_text: Option<FreeText>,
    /// The name of the recipient, at most 20 characters. Permata only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipient_name: Option<String>,
    /// Fields that this version doesn't know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

impl VaOptions {
    /// Settings with these digits in the number.
    #[must_use]
    pub fn numbered(va_number: impl Into<String>) -> Self {
        Self {
            va_number: Some(va_number.into()),
            ..Self::default()
        }
    }
}

redacted!(VaOptions, VirtualAccounts);

impl VaOptions {
    fn read(mut fields: Fields) -> Self {
        Self {
            va_number: fields.text("va_number"),
            sub_company_code: fields.text("sub_company_code"),
            free_text: fields.object("free_text").map(|mut texts| FreeText {
                inquiry: wordings(&mut texts, "inquiry"),
                payment: wordings(&mut texts, "payment"),
            }),
            recipient_name: fields.text("recipient_name"),
            extra: fields.rest(),
        }
    }
}

fn wordings(texts: &mut Fields, name: &str) -> Vec<Wording> {
    let list = texts.objects(name).into_iter();
    list.map(|mut wording| Wording {
        id: wording.text("id").unwrap_or_default(),
        en: wording.text("en").unwrap_or_default(),
    })
    .collect()
}

/// The settings of virtual accounts by bank; a bank without settings is offered all the same.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct VirtualAccounts {
    /// BCA.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bca_va: Option<VaOptions>,
    /// Permata.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permata_va: Option<VaOptions>,
    /// BNI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bni_va: Option<VaOptions>,
    /// BRI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bri_va: Option<VaOptions>,
    /// CIMB Niaga.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cimb_va: Option<VaOptions>,
    /// Danamon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub danamon_va: Option<VaOptions>,
    /// BSI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bsi_va: Option<VaOptions>,
    /// SeaBank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seabank_va: Option<VaOptions>,
}

const WORDING: &[Field] = &[
    Field::required("id", Shape::Text),
    Field::required("en", Shape::Text),
];
const VA: &[Field] = &[
    Field::optional("va_number", Shape::Text),
    Field::optional("sub_company_code", Shape::Text),
    Field::optional(
        "free_text",
        Shape::Exact(&[
            Field::optional("inquiry", Shape::ExactList(WORDING)),
            Field::optional("payment", Shape::ExactList(WORDING)),
        ]),
    ),
    Field::optional("recipient_name", Shape::Text),
];

/// The shapes of the objects, for reading them from JSON.
pub(crate) const VA_FIELDS: &[Field] = &[
    Field::optional("bca_va", Shape::Object(VA)),
    Field::optional("permata_va", Shape::Object(VA)),
    Field::optional("bni_va", Shape::Object(VA)),
    Field::optional("bri_va", Shape::Object(VA)),
    Field::optional("cimb_va", Shape::Object(VA)),
    Field::optional("danamon_va", Shape::Object(VA)),
    Field::optional("bsi_va", Shape::Object(VA)),
    Field::optional("seabank_va", Shape::Object(VA)),
];

impl VirtualAccounts {
    /// Takes the settings out of a request's fields.
    pub(crate) fn take(fields: &mut Fields) -> Self {
        let mut take = |bank| fields.object(bank).map(VaOptions::read);
        Self {
            bca_va: take("bca_va"),
            permata_va: take("permata_va"),
            bni_va: take("bni_va"),
            bri_va: take("bri_va"),
            cimb_va: take("cimb_va"),
            danamon_va: take("danamon_va"),
            bsi_va: take("bsi_va"),
            seabank_va: take("seabank_va"),
        }
    }

    /// Each bank with the shortest and the longest number that it takes.
    fn by_bank(&self) -> [(&'static str, Option<&VaOptions>, usize, usize); 8] {
        [
            ("bca_va", self.bca_va.as_ref(), 6, 11),
            ("permata_va", self.permata_va.as_ref(), 10, 10),
            ("bni_va", self.bni_va.as_ref(), 1, 8),
            ("bri_va", self.bri_va.as_ref(), 1, 13),
            ("cimb_va", self.cimb_va.as_ref(), 1, 12),
            ("danamon_va", self.danamon_va.as_ref(), 1, 12),
            ("bsi_va", self.bsi_va.as_ref(), 1, 12),
            ("seabank_va", self.seabank_va.as_ref(), 1, 19),
        ]
    }

    /// The banks that have settings.
    pub(crate) fn set(&self) -> impl Iterator<Item = (&'static str, &VaOptions)> {
        let banks = self.by_bank().into_iter();
        banks.filter_map(|(bank, options, ..)| options.map(|options| (bank, options)))
    }

    pub(crate) fn check(&self, problems: &mut Problems) {
        for (path, options, min, max) in self.by_bank() {
            let Some(options) = options else { continue };
            let is_number = |number: &String| {
                (min..=max).contains(&number.len())
                    && number.bytes().all(|byte| byte.is_ascii_digit())
            };
            if options
                .va_number
                .as_ref()
                .is_some_and(|number| !is_number(number))
            {
                let expected = if min == max {
                    format!("{max} digits")
                } else {
                    format!("{min} to {max} digits")
                };
                problems.add(join(path, "va_number"), expected);
            }
            options.check(path, problems);
        }
    }
}

impl VaOptions {
    fn check(&self, path: &str, problems: &mut Problems) {
        problems.limit(path, &[("recipient_name", &self.recipient_name)], 20);
        if self.recipient_name.is_some() && path != "permata_va" {
            problems.add(join(path, "recipient_name"), "nothing: it is Permata's");
        }
        let is_bcas = self.sub_company_code.is_some() || self.free_text.is_some();
        if is_bcas && path != "bca_va" {
            let expected = "no sub_company_code and no free_text: they are BCA's";
            problems.add(path.to_owned(), expected);
        }
        let lists = self
            .free_text
            .iter()
            .flat_map(|text| [("inquiry", &text.inquiry), ("payment", &text.payment)]);
        for (name, list) in lists {
            let path = format!("{path}.free_text.{name}");
            if list.len() > 10 {
                problems.add(path.clone(), "at most 10 texts");
            }
            for (at, wording) in list.iter().enumerate() {
                let (id, en) = (Some(wording.id.clone()), Some(wording.en.clone()));
                problems.limit(&format!("{path}[{at}]"), &[("id", &id), ("en", &en)], 50);
            }
        }
        problems.refuse_known(path, &self.extra, Some(VA));
    }
}
