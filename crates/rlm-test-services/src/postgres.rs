//! A PostgreSQL server.

use std::io::Read as _;
use std::net::TcpStream;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The folder in which Debian has the server's programs, in `VERSION/bin`, instead of in `PATH`.
const VERSIONS: &str = "/usr/lib/postgresql";
/// The user and group without rights: the server refuses to run as root.
const NOBODY: u32 = 65_534;
const START: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(20);

/// A PostgreSQL server with an empty database. It ends when this is dropped.
pub struct Postgres {
    folder: TempDir,
    port: u16,
    child: Option<Child>,
}

impl Postgres {
    /// Creates a database and starts its server.
    #[must_use]
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(folder.path(), mode).expect("a folder that others can enter");
        let data = folder.path().join("data");
        std::fs::create_dir(&data).expect("a folder");
        if is_root() {
            chown(&data, Some(NOBODY), Some(NOBODY)).expect("a folder of another user");
        }
        let mut init = program("initdb");
        init.args([
            "--auth=trust",
            "--username=rlm",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "-D",
        ]);
        let output = init.arg(&data).output().expect("initdb starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut server = Self {
            folder,
            port: crate::free_port(),
            child: None,
        };
        server.start_again();
        server
    }

    /// Starts the server again, after [`kill`](Self::kill), on the same port.
    pub fn start_again(&mut self) {
        let mut command = program("postgres");
        command.arg("-D").arg(self.data());
        command.args(["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]);
        command.args(["-p", &self.port.to_string()]);
        let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
        self.child = Some(child.expect("postgres starts"));
        let begun = Instant::now();
        while !self.is_ready() {
            if begun.elapsed() > START {
                let mut said = String::new();
                let child = self.child.as_mut().expect("the server");
                let _ = child.kill();
                let _ = child.stderr.take().expect("its output").read_to_string(&mut said);
                panic!("postgres is not ready: {said}");
            }
            sleep(POLL);
        }
    }

    /// Stops the server and its processes, so that connections stay open without answers, or lets them
    /// continue.
    pub fn pause(&self, is_paused: bool) {
        let signal = if is_paused { "-STOP" } else { "-CONT" };
        let server = self.child.as_ref().expect("the server").id();
        // The processes of connections are its children.
        let children = std::fs::read_to_string(format!("/proc/{server}/task/{server}/children"));
        let mut kill = Command::new("kill");
        kill.arg(signal).arg(server.to_string());
        kill.args(children.expect("its children").split_whitespace());
        assert!(kill.status().is_ok_and(|status| status.success()), "kill {signal}");
    }

    /// Kills the server and its processes, as a crash of the machine does, but for what the operating
    /// system has.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
        // The processes of connections notice it a little later, and hold the shared memory until then.
        while self.data().join("postmaster.pid").exists() && !self.has_ended() {
            sleep(POLL);
        }
        let _ = std::fs::remove_file(self.data().join("postmaster.pid"));
    }

    /// Returns the URL of the database.
    #[must_use]
    pub fn url(&self) -> String {
        format!("postgres://rlm@127.0.0.1:{}/postgres?sslmode=disable", self.port)
    }

    /// Creates another database on the server, and returns its URL.
    #[must_use]
    pub fn database(&self, name: &str) -> String {
        let mut create = program("createdb");
        create.args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-U", "rlm", name]);
        let output = create.output().expect("createdb starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        format!("postgres://rlm@127.0.0.1:{}/{name}?sslmode=disable", self.port)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn is_ready(&self) -> bool {
        let mut ready = program("pg_isready");
        ready.args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()]);
        ready.status().is_ok_and(|status| status.success())
    }

    fn has_ended(&self) -> bool {
        TcpStream::connect(("127.0.0.1", self.port)).is_err()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Returns a command that runs a program of the server as a user other than root.
fn program(name: &str) -> Command {
    let versions = std::fs::read_dir(VERSIONS).into_iter().flatten().flatten();
    let found = versions.map(|version| version.path().join("bin").join(name));
    let found = found.filter(|path| path.exists()).max();
    let mut command = Command::new(found.unwrap_or_else(|| name.into()));
    // It must be able to enter the folder that it starts in.
    command.current_dir("/");
    if is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|process| std::os::unix::fs::MetadataExt::uid(&process) == 0)
}
