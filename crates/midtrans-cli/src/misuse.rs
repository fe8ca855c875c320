//! Errors of the command line. They repeat no value, because a mistyped option may have a key
//! behind it.

use std::error::Error as _;
use std::num::ParseIntError;

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::exit::Exit;
use crate::output::{complain, say};
use crate::terminal::{plain, without_keys};

/// Prints help where it was asked for, or says what is wrong.
pub(crate) fn tell(error: &Error) -> Exit {
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        say(&error.render().to_string());
        return Exit::Done;
    }
    let is_help = error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    complain(&if is_help {
        error.render().to_string()
    } else {
        text(error)
    });
    Exit::Usage
}

fn text(error: &Error) -> String {
    let usage = match error.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(usage)) => format!("\n{usage}\n"),
        _ => String::new(),
    };
    let what = without_keys(&plain(&what(error)));
    format!("midtrans: {what}\n{usage}\nFor more information, try '--help'.\n")
}

fn what(error: &Error) -> String {
    let argument = words(error, ContextKind::InvalidArg);
    let argument = if argument.is_empty() {
        "an argument".to_owned()
    } else {
        argument
    };
    match error.kind() {
        ErrorKind::UnknownArgument => unknown(&argument),
        ErrorKind::InvalidSubcommand => "there is no such command".to_owned(),
        ErrorKind::MissingSubcommand => "a command is missing".to_owned(),
        ErrorKind::InvalidUtf8 => "an argument is not UTF-8".to_owned(),
        ErrorKind::MissingRequiredArgument => format!("missing: {argument}"),
        ErrorKind::ArgumentConflict => {
            format!(
                "{argument} cannot be used with {}",
                words(error, ContextKind::PriorArg)
            )
        }
        ErrorKind::InvalidValue if words(error, ContextKind::InvalidValue).is_empty() => {
            format!("{argument} needs a value{}", possible(error))
        }
        ErrorKind::InvalidValue => {
            format!("the value of {argument} is not usable{}", possible(error))
        }
        ErrorKind::ValueValidation => {
            format!("the value of {argument} is not usable: {}", reason(error))
        }
        _ => format!("{argument} has too many values, too few, or one that it does not take"),
    }
}

/// Returns an option's name; a word that is no option is not repeated.
fn unknown(argument: &str) -> String {
    let name = argument.split('=').next().unwrap_or_default();
    let variable = match name {
        "--server-key" => Some("MIDTRANS_SERVER_KEY"),
        "--client-key" => Some("MIDTRANS_CLIENT_KEY"),
        _ => None,
    };
    if let Some(variable) = variable {
        return format!(
            "{name}: a key is no argument, because every user of this machine can read those; set {variable} instead"
        );
    }
    if name.starts_with('-') {
        format!("unexpected argument {name}")
    } else {
        "unexpected argument: a word is there that nothing takes (it is not shown, because it may be a key)".to_owned()
    }
}

fn possible(error: &Error) -> String {
    let values = words(error, ContextKind::ValidValue);
    if values.is_empty() {
        String::new()
    } else {
        format!(": expected one of {values}")
    }
}

/// The error message of the value's parser.
fn reason(error: &Error) -> String {
    let Some(source) = error.source() else {
        return "expected another one".to_owned();
    };
    if source.downcast_ref::<ParseIntError>().is_some() {
        "expected a whole number".to_owned()
    } else {
        source.to_string()
    }
}

fn words(error: &Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        _ => String::new(),
    }
}
