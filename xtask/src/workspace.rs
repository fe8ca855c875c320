//! The workspace, from `cargo metadata`.

use std::collections::BTreeSet;
use std::env;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::cargo;
use crate::failure::Failure;

/// The manifest fields that a published crate must have.
const REQUIRED: [&str; 7] = [
    "description",
    "license",
    "readme",
    "documentation",
    "keywords",
    "categories",
    "rust_version",
];

/// The root folder and the packages in it.
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    pub(crate) packages: Vec<Package>,
}

/// One package of the workspace.
#[derive(Debug, Default)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// Its folder, relative to the root.
    pub(crate) folder: String,
    pub(crate) features: BTreeSet<String>,
    /// The packages that it uses at run time, on any platform and with any feature.
    pub(crate) dependencies: BTreeSet<String>,
    pub(crate) is_library: bool,
    pub(crate) is_published: bool,
    pub(crate) rust_version: Option<String>,
    /// The required manifest fields that it lacks.
    pub(crate) lacks: Vec<&'static str>,
}

impl Workspace {
    /// Asks cargo about the workspace of this program.
    pub(crate) fn read() -> Result<Self, Failure> {
        let root = root();
        let text = cargo::output(cargo::cargo(&root).args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
        ]))?;
        let metadata: Value = serde_json::from_str(&text)
            .map_err(|source| Failure::Failed(format!("`cargo metadata` is not JSON: {source}")))?;
        let mut packages: Vec<_> = list(&metadata["packages"])
            .iter()
            .map(|value| Package::read(value, &root))
            .collect();
        packages.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Self { root, packages })
    }

    /// Returns the crates that others embed: libraries in `crates/`.
    pub(crate) fn libraries(&self) -> impl Iterator<Item = &Package> {
        self.packages
            .iter()
            .filter(|package| package.is_library && package.folder.starts_with("crates/"))
    }

    /// Returns the crates that are published.
    pub(crate) fn published(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| package.is_published)
    }
}

impl Package {
    fn read(value: &Value, root: &Path) -> Self {
        let folder = Path::new(text(&value["manifest_path"]))
            .parent()
            .unwrap_or(root);
        let targets = list(&value["targets"])
            .iter()
            .flat_map(|target| list(&target["kind"]));
        let normal = list(&value["dependencies"])
            .iter()
            .filter(|dependency| dependency["kind"].is_null());
        Self {
            name: text(&value["name"]).to_owned(),
            folder: folder
                .strip_prefix(root)
                .unwrap_or(folder)
                .to_string_lossy()
                .replace('\\', "/"),
            features: value["features"]
                .as_object()
                .into_iter()
                .flat_map(|map| map.keys().cloned())
                .collect(),
            dependencies: normal
                .map(|dependency| text(&dependency["name"]).to_owned())
                .collect(),
            is_library: targets
                .into_iter()
                .any(|kind| kind == "lib" || kind == "proc-macro"),
            is_published: value["publish"]
                .as_array()
                .is_none_or(|registries| !registries.is_empty()),
            rust_version: value["rust_version"].as_str().map(str::to_owned),
            lacks: REQUIRED
                .into_iter()
                .filter(|key| is_empty(&value[*key]))
                .collect(),
        }
    }
}

/// Returns the workspace's folder. `cargo run` sets the variable; the constant is the folder at
/// build time.
pub(crate) fn root() -> PathBuf {
    let ours = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    ours.parent().map_or(ours.clone(), Path::to_path_buf)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::String(text) => text.trim().is_empty(),
        Value::Array(values) => values.is_empty(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = r#"{
        "name": "midtrans-x", "manifest_path": "/src/crates/midtrans-x/Cargo.toml", "publish": null,
        "description": "Something", "license": "MIT", "readme": "README.md", "documentation": " ",
        "keywords": [], "categories": ["c"], "rust_version": "1.85",
        "features": {"default": [], "async": ["dep:async-trait"]},
        "targets": [{"kind": ["lib"]}, {"kind": ["test"]}],
        "dependencies": [{"name": "http", "kind": null}, {"name": "jiff", "kind": "dev"}, {"name": "cc", "kind": "build"}]
    }"#;

    fn package() -> Package {
        Package::read(&serde_json::from_str(MANIFEST).unwrap(), Path::new("/src"))
    }

    #[test]
    fn only_run_time_dependencies_count() {
        assert_eq!(package().dependencies, BTreeSet::from(["http".to_owned()]));
    }

    #[test]
    fn empty_words_of_a_manifest_are_lacking() {
        assert_eq!(package().lacks, ["documentation", "keywords"]);
    }

    #[test]
    fn a_crate_is_published_unless_it_says_otherwise() {
        assert!(package().is_published);
        let hidden = MANIFEST.replace(r#""publish": null"#, r#""publish": []"#);
        assert!(
            !Package::read(&serde_json::from_str(&hidden).unwrap(), Path::new("/src")).is_published
        );
    }

    #[test]
    fn this_workspace_can_be_read() {
        let workspace = Workspace::read().unwrap();
        assert!(
            workspace
                .libraries()
                .any(|package| package.folder == "crates/midtrans-protocol")
        );
        assert!(workspace.published().all(|package| package.name != "xtask"));
    }
}
