//! The programs that building, the demo and the tests need: how each is found and where Debian has it.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    Demo,
    /// Everything: the tests need what the demo needs, too.
    Test,
}

impl Purpose {
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "demo" => Some(Self::Demo),
            "test" => Some(Self::Test),
            _ => None,
        }
    }
}

pub struct Tool {
    pub name: &'static str,
    pub needed_for: &'static str,
    pub first_needed_by: Purpose,
    pub presence: Presence,
    pub source: Source,
}

/// What shows that a tool is there and good enough.
pub enum Presence {
    /// Any one of these programs is on the path.
    AnyOf(&'static [&'static str]),
    /// The program says a version of at least this major number.
    AtLeast(&'static str, u32),
    /// The program succeeds with these arguments.
    Succeeds(&'static str, &'static [&'static str]),
    /// `initdb` is on the path or in a folder of Debian's, which keeps the server's programs off the path.
    PostgresServer,
}

pub enum Source {
    Debian(&'static [&'static str]),
    RustComponent(&'static str),
}

pub const TOOLS: &[Tool] = &[
    Tool {
        name: "C compiler",
        needed_for: "the bundled SQLite and PostgreSQL client libraries",
        first_needed_by: Purpose::Demo,
        presence: Presence::AnyOf(&["cc", "gcc", "clang"]),
        source: Source::Debian(&["gcc", "libc6-dev"]),
    },
    Tool {
        name: "C++ compiler",
        needed_for: "the fuzzer",
        first_needed_by: Purpose::Test,
        presence: Presence::AnyOf(&["c++", "g++", "clang++"]),
        source: Source::Debian(&["g++"]),
    },
    Tool {
        name: "make",
        needed_for: "the memory allocator",
        first_needed_by: Purpose::Demo,
        presence: Presence::AnyOf(&["make"]),
        source: Source::Debian(&["make"]),
    },
    Tool {
        name: "Node.js 18 or newer",
        needed_for: "building the browser side",
        first_needed_by: Purpose::Demo,
        presence: Presence::AtLeast("node", 18),
        source: Source::Debian(&["nodejs"]),
    },
    Tool {
        name: "npm",
        needed_for: "fetching the browser side's packages and the fonts",
        first_needed_by: Purpose::Demo,
        presence: Presence::AnyOf(&["npm"]),
        source: Source::Debian(&["npm"]),
    },
    Tool {
        name: "rustfmt",
        needed_for: "checking the formatting",
        first_needed_by: Purpose::Test,
        presence: Presence::Succeeds("cargo", &["fmt", "--version"]),
        source: Source::RustComponent("rustfmt"),
    },
    Tool {
        name: "clippy",
        needed_for: "the lints",
        first_needed_by: Purpose::Test,
        presence: Presence::Succeeds("cargo", &["clippy", "--version"]),
        source: Source::RustComponent("clippy"),
    },
    Tool {
        name: "Chromium",
        needed_for: "the browser tests",
        first_needed_by: Purpose::Test,
        presence: Presence::AnyOf(&["chromium", "chromium-browser", "google-chrome"]),
        source: Source::Debian(&["chromium"]),
    },
    Tool {
        name: "PostgreSQL server",
        needed_for: "running the storage tests on PostgreSQL too, in a throw-away cluster",
        first_needed_by: Purpose::Test,
        presence: Presence::PostgresServer,
        source: Source::Debian(&["postgresql"]),
    },
    Tool {
        name: "chasquid",
        needed_for: "a real mail server for the delivery tests",
        first_needed_by: Purpose::Test,
        presence: Presence::AnyOf(&["chasquid"]),
        source: Source::Debian(&["chasquid"]),
    },
    Tool {
        name: "pdfsig",
        needed_for: "a foreign opinion on our PDF signatures and text",
        first_needed_by: Purpose::Test,
        presence: Presence::AnyOf(&["pdfsig"]),
        source: Source::Debian(&["poppler-utils"]),
    },
    Tool {
        name: "qpdf",
        needed_for: "a foreign opinion on our PDF structure",
        first_needed_by: Purpose::Test,
        presence: Presence::AnyOf(&["qpdf"]),
        source: Source::Debian(&["qpdf"]),
    },
    Tool {
        name: "certutil",
        needed_for: "giving pdfsig our root certificate",
        first_needed_by: Purpose::Test,
        presence: Presence::AnyOf(&["certutil"]),
        source: Source::Debian(&["libnss3-tools"]),
    },
    Tool {
        name: "OpenSSL",
        needed_for: "a foreign opinion on our signatures",
        first_needed_by: Purpose::Test,
        presence: Presence::AnyOf(&["openssl"]),
        source: Source::Debian(&["openssl"]),
    },
    Tool {
        name: "Python 3 with venv",
        needed_for: "pyHanko and other validators, in an environment of their own",
        first_needed_by: Purpose::Test,
        presence: Presence::Succeeds("python3", &["-c", "import venv, ensurepip"]),
        source: Source::Debian(&["python3", "python3-venv"]),
    },
];

/// Where programs are looked for. Besides the path: the folders of system programs, which a user's path may lack.
pub struct Machine {
    pub program_folders: Vec<PathBuf>,
    pub postgres_versions: PathBuf,
}

impl Machine {
    pub fn this_one() -> Self {
        let path = std::env::var_os("PATH").unwrap_or_else(|| OsString::from("/usr/bin:/bin"));
        let mut program_folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
        program_folders.extend(["/usr/local/sbin", "/usr/sbin", "/sbin"].map(PathBuf::from));
        Self { program_folders, postgres_versions: PathBuf::from("/usr/lib/postgresql") }
    }

    pub fn find(&self, program: &str) -> Option<PathBuf> {
        self.program_folders.iter().map(|folder| folder.join(program)).find(|path| is_program(path))
    }

    pub fn has(&self, presence: &Presence) -> bool {
        match presence {
            Presence::AnyOf(programs) => programs.iter().any(|program| self.find(program).is_some()),
            Presence::AtLeast(program, major) => {
                self.find(program).and_then(|path| major_version(&path)).is_some_and(|found| found >= *major)
            }
            Presence::Succeeds(program, args) => self.find(program).is_some_and(|path| succeeds(&path, args)),
            Presence::PostgresServer => self.find("initdb").is_some() || self.has_packaged_postgres(),
        }
    }

    pub fn lacks(&self, purpose: Purpose) -> Vec<&'static Tool> {
        TOOLS.iter().filter(|tool| tool.first_needed_by <= purpose && !self.has(&tool.presence)).collect()
    }

    fn has_packaged_postgres(&self) -> bool {
        fs::read_dir(&self.postgres_versions)
            .is_ok_and(|versions| versions.flatten().any(|version| is_program(&version.path().join("bin/initdb"))))
    }
}

fn is_program(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

fn succeeds(program: &Path, args: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn major_version(program: &Path) -> Option<u32> {
    let output = Command::new(program).arg("--version").stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.trim().trim_start_matches('v').split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// A machine that has only the programs put into it.
    struct Bare {
        folder: PathBuf,
        machine: Machine,
    }

    impl Bare {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("accord-tools-{name}-{}", std::process::id()));
            fs::create_dir_all(folder.join("bin")).unwrap();
            let machine =
                Machine { program_folders: vec![folder.join("bin")], postgres_versions: folder.join("postgresql") };
            Self { folder, machine }
        }

        fn put(&self, path: &str, script: &str) {
            let path = self.folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }

        fn lacks(&self, purpose: Purpose) -> Vec<&'static str> {
            self.machine.lacks(purpose).iter().map(|tool| tool.name).collect()
        }
    }

    impl Drop for Bare {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }

    #[test]
    fn a_bare_machine_lacks_every_tool_and_the_demo_needs_only_four() {
        let bare = Bare::new("bare");
        assert_eq!(bare.lacks(Purpose::Demo), ["C compiler", "make", "Node.js 18 or newer", "npm"]);
        assert_eq!(bare.lacks(Purpose::Test).len(), TOOLS.len());
    }

    #[test]
    fn an_old_node_is_as_good_as_none() {
        let bare = Bare::new("node");
        bare.put("bin/node", "echo v16.20.2");
        assert!(bare.lacks(Purpose::Demo).contains(&"Node.js 18 or newer"));
        bare.put("bin/node", "echo v18.20.4");
        assert!(!bare.lacks(Purpose::Demo).contains(&"Node.js 18 or newer"));
    }

    #[test]
    fn a_python_without_venv_does_not_count() {
        let bare = Bare::new("python");
        bare.put("bin/python3", "exit 1");
        assert!(bare.lacks(Purpose::Test).contains(&"Python 3 with venv"));
        bare.put("bin/python3", "exit 0");
        assert!(!bare.lacks(Purpose::Test).contains(&"Python 3 with venv"));
    }

    #[test]
    fn the_postgres_server_is_found_where_debian_keeps_it() {
        let bare = Bare::new("postgres");
        assert!(bare.lacks(Purpose::Test).contains(&"PostgreSQL server"));
        bare.put("postgresql/15/bin/initdb", "exit 0");
        assert!(!bare.lacks(Purpose::Test).contains(&"PostgreSQL server"));
    }

    #[test]
    fn a_file_that_cannot_be_run_is_no_program() {
        let bare = Bare::new("file");
        fs::write(bare.folder.join("bin/qpdf"), "").unwrap();
        assert!(bare.lacks(Purpose::Test).contains(&"qpdf"));
    }
}
