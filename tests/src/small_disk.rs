//! A disk of a few MiB that can be filled up: a tmpfs that only this process's servers see.
//!
//! It is mounted in a mount namespace of its own, held by a shell that waits on a pipe: when the test process ends, however
//! that happens, the shell ends, and with the last server in it the disk goes. Root may make such a namespace; others make a
//! user namespace around it, where the kernel lets them.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use tempfile::TempDir;

/// How to make a namespace, and how to enter it.
type Way = (&'static [&'static str], &'static [&'static str]);

const WAYS: [Way; 2] = [
    (&["--mount"], &["--mount"]),
    (&["--user", "--map-root-user", "--mount"], &["--user", "--preserve-credentials", "--mount"]),
];

const KEEPER: &str = r#"mount -t tmpfs -o "size=$2" none "$1" && echo mounted && read -r forever"#;

const NEEDS: &str = "a full disk is tested on a small tmpfs, and none can be mounted here. It takes root with CAP_SYS_ADMIN \
    (in a container: --cap-add SYS_ADMIN), or user namespaces for everybody (sysctl user.max_user_namespaces above 0, and \
    kernel.unprivileged_userns_clone=1 where there is such a setting), and the programs unshare, nsenter and mount";

const PIECE: usize = 4096;

pub struct SmallDisk {
    point: TempDir,
    enter: &'static [&'static str],
    keeper: Child,
    /// Held, never written to: it closes when this process ends.
    _alive: ChildStdin,
}

impl SmallDisk {
    /// Of a size such as `8m`.
    pub fn new(size: &str) -> Self {
        let point = tempfile::Builder::new().prefix("accord-disk-").tempdir().expect("a folder to mount on");
        let mut said = String::new();
        for (make, enter) in WAYS {
            match mount(point.path(), size, make) {
                Ok((keeper, alive)) => return Self { point, enter, keeper, _alive: alive },
                Err(words) => said.push_str(&format!("\nunshare {}: {words}", make.join(" "))),
            }
        }
        panic!("{NEEDS}.{said}");
    }

    /// The disk's folder, as a program sees it that runs by [`Self::command`].
    pub fn inside(&self) -> &Path {
        self.point.path()
    }

    /// The same folder, as this process sees it.
    pub fn outside(&self) -> PathBuf {
        let point = self.point.path().strip_prefix("/").expect("a folder's whole path");
        Path::new("/proc").join(self.keeper.id().to_string()).join("root").join(point)
    }

    /// A program that sees the disk.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new("nsenter");
        command.args(["--target", &self.keeper.id().to_string()]).args(self.enter).arg("--").arg(program);
        command
    }

    /// Leaves no more than `free` bytes.
    pub fn fill(&self, free: usize) {
        let mut filler = File::create(self.filler()).expect("a file on the disk");
        let mut length: u64 = 0;
        loop {
            match filler.write(&[0; PIECE]) {
                Ok(written) => length += written as u64,
                Err(error) if error.kind() == ErrorKind::StorageFull => break,
                Err(error) => panic!("the disk can't be filled: {error}"),
            }
        }
        filler.set_len(length.saturating_sub(free as u64)).expect("a shorter file");
    }

    pub fn make_room(&self) {
        std::fs::remove_file(self.filler()).expect("the disk was filled");
    }

    fn filler(&self) -> PathBuf {
        self.outside().join("filler")
    }
}

fn mount(point: &Path, size: &str, make: &[&str]) -> Result<(Child, ChildStdin), String> {
    let mut keeper = Command::new("unshare")
        .args(make)
        .args(["sh", "-c", KEEPER, "keeper"])
        .arg(point)
        .arg(size)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    let alive = keeper.stdin.take().expect("its input is a pipe");
    let mut first_line = String::new();
    BufReader::new(keeper.stdout.take().expect("its output is a pipe"))
        .read_line(&mut first_line)
        .map_err(|error| error.to_string())?;
    if first_line.trim() == "mounted" {
        return Ok((keeper, alive));
    }
    drop(alive);
    let ended = keeper.wait_with_output().map_err(|error| error.to_string())?;
    Err(String::from_utf8_lossy(&ended.stderr).trim().to_owned())
}
