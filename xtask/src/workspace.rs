//! Where things are: the repository, and the folder Cargo builds into.

use std::path::{Path, PathBuf};

pub struct Workspace {
    pub root: PathBuf,
    /// Cargo's target directory, wherever `CARGO_TARGET_DIR` or a Cargo setting puts it.
    pub target: PathBuf,
}

impl Workspace {
    /// The repository is this crate's parent; the target directory is where Cargo has put this very binary.
    pub fn locate() -> Result<Self, String> {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest.parent().ok_or("this crate has no parent folder")?.to_path_buf();
        let program = std::env::current_exe().map_err(|error| format!("where is this program? {error}"))?;
        let target = program.ancestors().nth(2).ok_or("this program is in no target directory")?.to_path_buf();
        Ok(Self { root, target })
    }

    pub fn client(&self) -> PathBuf {
        self.root.join("client")
    }

    pub fn browser_tests(&self) -> PathBuf {
        self.root.join("tests/browser")
    }

    pub fn font_sources(&self) -> PathBuf {
        self.root.join("server/render/fonts")
    }

    pub fn fonts(&self) -> PathBuf {
        self.target.join("accord-fonts")
    }

    pub fn python_requirements(&self) -> PathBuf {
        self.root.join("tests/validators/requirements.txt")
    }

    pub fn python_environment(&self) -> PathBuf {
        self.target.join("tools/venv")
    }

    /// A program of ours, as built.
    pub fn binary(&self, name: &str) -> PathBuf {
        self.target.join("debug").join(name)
    }
}

/// Remembers, beside what was made, from what: making it again is skipped while that stays the same.
pub struct Stamp {
    file: PathBuf,
    made_from: String,
}

impl Stamp {
    /// `inside` is the folder that was made, so that removing it removes the stamp with it.
    pub fn new(inside: &Path, made_from: &[&Path]) -> Result<Self, String> {
        let mut text = String::new();
        for path in made_from {
            let content = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
            text.push_str(&content);
        }
        Ok(Self { file: inside.join(".accord-made-from"), made_from: text })
    }

    pub fn is_current(&self) -> bool {
        std::fs::read_to_string(&self.file).is_ok_and(|made_from| made_from == self.made_from)
    }

    pub fn renew(&self) -> Result<(), String> {
        std::fs::write(&self.file, &self.made_from).map_err(|error| format!("{}: {error}", self.file.display()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_stamp_is_current_only_while_its_input_stays_the_same_and_its_folder_is_there() {
        let folder = std::env::temp_dir().join(format!("accord-stamp-{}", std::process::id()));
        let made = folder.join("made");
        std::fs::create_dir_all(&made).unwrap();
        let lock = folder.join("package-lock.json");
        std::fs::write(&lock, "one").unwrap();

        let stamp = Stamp::new(&made, &[&lock]).unwrap();
        assert!(!stamp.is_current(), "nothing was made yet");
        stamp.renew().unwrap();
        assert!(Stamp::new(&made, &[&lock]).unwrap().is_current());

        std::fs::write(&lock, "two").unwrap();
        assert!(!Stamp::new(&made, &[&lock]).unwrap().is_current(), "the input changed");

        std::fs::write(&lock, "one").unwrap();
        std::fs::remove_dir_all(&made).unwrap();
        assert!(!Stamp::new(&made, &[&lock]).unwrap().is_current(), "what was made is gone");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
