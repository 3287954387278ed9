//! The real server as a process of its own, on a free port of this machine, and a client that speaks plain HTTP to it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts `stratum serve` on a folder and waits until it answers.
    pub(crate) fn start(folder: &Path) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = free.local_addr().expect("its number");
        drop(free);
        let log = std::fs::File::create(folder.join("server.log")).expect("a log");
        let child = Command::new(env!("CARGO_BIN_EXE_stratum"))
            .args(["serve", "--listen", &address.to_string(), "--data"])
            .arg(folder)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("the log"))
            .stderr(log)
            .spawn()
            .expect("the binary runs");
        let mut server = Self { child, address };
        for _ in 0..600 {
            if let Some(ended) = server.child.try_wait().expect("a process") {
                let log = std::fs::read_to_string(folder.join("server.log")).unwrap_or_default();
                panic!("the server ended with {ended}: {log}");
            }
            if get(address, "/health/live").is_some_and(|status| status < 300) {
                return server;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the server does not answer");
    }

    /// SIGKILL: no handler runs, nothing is flushed.
    pub(crate) fn kill(mut self) {
        self.child.kill().expect("the process can be killed");
        self.child.wait().expect("and ends");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn get(address: SocketAddr, path: &str) -> Option<u16> {
    let mut client = Client::connect(address)?;
    let head = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n\r\n");
    client.exchange(head.as_bytes())
}

/// One connection that is kept.
pub(crate) struct Client {
    address: SocketAddr,
    reader: BufReader<TcpStream>,
}

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> Option<Self> {
        let stream = TcpStream::connect_timeout(&address, Duration::from_secs(2)).ok()?;
        stream.set_nodelay(true).ok()?;
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .ok()?;
        Some(Self {
            address,
            reader: BufReader::new(stream),
        })
    }

    /// Sends a body with the key `shop-key` and returns the status; none when the connection broke.
    pub(crate) fn post(&mut self, path: &str, body: &str) -> Option<u16> {
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Basic c2hvcC1rZXk6\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        let mut request = head.into_bytes();
        request.extend_from_slice(body.as_bytes());
        self.exchange(&request)
    }

    fn exchange(&mut self, request: &[u8]) -> Option<u16> {
        self.reader.get_mut().write_all(request).ok()?;
        let mut line = String::new();
        self.reader.read_line(&mut line).ok()?;
        let status = line.split(' ').nth(1)?.parse().ok()?;
        let mut length = 0;
        loop {
            line.clear();
            self.reader.read_line(&mut line).ok()?;
            let Some((name, value)) = line.split_once(':') else {
                break;
            };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().ok()?;
            }
        }
        let mut body = vec![0; length];
        self.reader.read_exact(&mut body).ok()?;
        Some(status)
    }
}
