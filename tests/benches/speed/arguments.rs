//! The arguments of the command line.

/// Shown by `--help`.
pub(crate) const HELP: &str = "\
Usage: cargo xtask bench [OPTIONS]

Measures the library against floors that the same run builds from bare parts, and prints ratios.
A full run also writes them to BENCHMARKS.md, where sections that were not measured keep their rows.

Options:
  --only SECTION   notification, encode, client, webhook, inbox, simulator, footprint or capacity; may be given several
                   times
  --footprint      also measure the footprint: builds four programs from scratch, which takes minutes
  --part NAME      of the inbox, only accept, limited, latency, throughput, backlog or queue; of the capacity, only
                   postgresql or sqlite; writes no file
  --quick          few rounds, for a first look; writes no file
  --check          exit with 1 when a goal is missed
  --help           this text
";

/// A part of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    Notification,
    Encode,
    Client,
    Webhook,
    Inbox,
    Simulator,
    Footprint,
    /// Only where it is asked for: it fills the disk with some twenty gigabytes, and takes a
    /// quarter of an hour.
    Capacity,
}

impl Section {
    pub(crate) const ALL: [Self; 8] = [
        Self::Notification,
        Self::Encode,
        Self::Client,
        Self::Webhook,
        Self::Inbox,
        Self::Simulator,
        Self::Footprint,
        Self::Capacity,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Notification => "notification",
            Self::Encode => "encode",
            Self::Client => "client",
            Self::Webhook => "webhook",
            Self::Inbox => "inbox",
            Self::Simulator => "simulator",
            Self::Footprint => "footprint",
            Self::Capacity => "capacity",
        }
    }

    fn named(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|section| section.name() == name);
        found.ok_or_else(|| {
            format!("`{name}` is no section; there are notification, encode, client, webhook, inbox, simulator, footprint and capacity")
        })
    }
}

/// The options, read.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Arguments {
    pub(crate) sections: Vec<Section>,
    pub(crate) part: Option<String>,
    pub(crate) quick: bool,
    pub(crate) check: bool,
    pub(crate) help: bool,
}

impl Arguments {
    /// Reads the words after the program's name.
    pub(crate) fn parse(words: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut arguments = Self::default();
        let mut footprint = false;
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                // Cargo says this to every bench.
                "--bench" => {}
                "--part" => arguments.part = Some(words.next().unwrap_or_default()),
                "--quick" => arguments.quick = true,
                "--check" => arguments.check = true,
                "--help" | "-h" => arguments.help = true,
                "--footprint" => footprint = true,
                "--only" => arguments
                    .sections
                    .push(Section::named(&words.next().unwrap_or_default())?),
                other => return Err(format!("`{other}` is no option")),
            }
        }
        if arguments.sections.is_empty() {
            let is_quick =
                |section: &Section| !matches!(section, Section::Footprint | Section::Capacity);
            arguments.sections = Section::ALL.into_iter().filter(is_quick).collect();
        }
        if footprint && !arguments.sections.contains(&Section::Footprint) {
            arguments.sections.push(Section::Footprint);
        }
        Ok(arguments)
    }

    /// Returns true if this part of a section is to be measured.
    pub(crate) fn wants(&self, part: &str) -> bool {
        self.part.as_ref().is_none_or(|wanted| wanted == part)
    }

    /// So many rounds, or a tenth of them when it has to be quick.
    pub(crate) const fn rounds(&self, rounds: usize) -> usize {
        if self.quick { rounds / 10 } else { rounds }
    }
}
