//! How many events a second does the server take, every one of them on the disk before it is acknowledged?
//!
//! Starts the real router on a free port of this machine with a database in a temporary folder, sends batches over real
//! connections for some seconds, and checks that the store holds exactly what was acknowledged. Bounded, loopback only.
//!
//! `cargo run --release -p stratum-trust-server --example ingest_load -- [seconds] [messages per batch] [connections]`

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use stratum_core::vocabulary::TenantId;
use stratum_server::clock::{Clock, Stopwatch};
use stratum_server::http::v1::ingest::{Inbound, routes};
use stratum_store::{Channel, EventIntake, IntakeSettings, Source, Store, Tenant};

type Failure = Box<dyn std::error::Error + Send + Sync>;

const MOST_SECONDS: u64 = 120;
const MOST_CONNECTIONS: usize = 64;
const MOST_MESSAGES: usize = 1_000;

struct Plan {
    seconds: u64,
    messages: usize,
    connections: usize,
}

#[derive(Default)]
struct Seen {
    acknowledged: u64,
    millis: Vec<u64>,
}

fn main() -> ExitCode {
    let mut words = std::env::args()
        .skip(1)
        .filter_map(|word| word.parse::<u64>().ok());
    let mut next = |usual: u64, most: u64| words.next().unwrap_or(usual).clamp(1, most);
    let plan = Plan {
        seconds: next(10, MOST_SECONDS),
        messages: usize::try_from(next(100, 1_000)).unwrap_or(MOST_MESSAGES),
        connections: usize::try_from(next(8, 64)).unwrap_or(MOST_CONNECTIONS),
    };
    match run(&plan) {
        Ok(report) => {
            let _ = std::io::stdout().write_all(report.as_bytes());
            ExitCode::SUCCESS
        }
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(plan: &Plan) -> Result<String, Failure> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("stratum.db");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let (address, store) = runtime.block_on(serve(&file))?;
    let stop = Arc::new(AtomicBool::new(false));
    let watch = Stopwatch::start();
    let clients: Vec<_> = (0..plan.connections)
        .map(|client| {
            let (stop, messages) = (Arc::clone(&stop), plan.messages);
            std::thread::spawn(move || send(address, client, messages, &stop))
        })
        .collect();
    std::thread::sleep(Duration::from_secs(plan.seconds));
    stop.store(true, Ordering::Relaxed);
    let mut all = Seen::default();
    for client in clients {
        let seen = client.join().map_err(|_| "a client ended early")??;
        all.acknowledged += seen.acknowledged;
        all.millis.extend(seen.millis);
    }
    let took = watch.elapsed().as_secs_f64();
    let stored = runtime.block_on(stored(&store))?;
    if stored != all.acknowledged {
        return Err(format!("{} acknowledged, {stored} stored", all.acknowledged).into());
    }
    all.millis.sort_unstable();
    let at = |share: usize| {
        all.millis
            .get(all.millis.len().saturating_sub(1) * share / 100)
            .copied()
            .unwrap_or(0)
    };
    let size = std::fs::metadata(&file)?.len() / 1_000_000;
    Ok(format!(
        "{stored} events in {took:.1} s: {:.0} events/s, all of them stored\n\
         batches of {} on {} connections; answered in {} ms (median), {} ms (99 of 100); {size} MB\n",
        from_count(stored) / took,
        plan.messages,
        plan.connections,
        at(50),
        at(99),
    ))
}

fn from_count(n: u64) -> f64 {
    stratum_core::numeric::from_u64(n)
}

async fn serve(file: &Path) -> Result<(SocketAddr, Store), Failure> {
    let store = Store::open(file).await?;
    let tenant = TenantId::new("load")?;
    let one = Tenant {
        id: tenant.clone(),
        name: "Load".to_owned(),
        simulation: true,
    };
    store
        .operator()
        .put_tenant(&one, Clock::System.now())
        .await?;
    let source = Source {
        tenant,
        id: "shop".to_owned(),
        name: "shop".to_owned(),
        channel: Channel::Server,
        account: None,
    };
    store.operator().put_source(&source, "shop-key").await?;
    let inbound = Inbound {
        store: store.clone(),
        intake: EventIntake::start(store.clone(), IntakeSettings::default()),
        clock: Clock::System,
    };
    let app = Router::new()
        .nest("/v1", routes::<Inbound>())
        .with_state(inbound);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok((address, store))
}

async fn stored(store: &Store) -> Result<u64, Failure> {
    let mut scope = store.tenant(&TenantId::new("load")?).read().await?;
    Ok(scope.stored_messages().await?)
}

/// One message as a shop's server sends it: about 700 bytes, every second one with a twin from the browser.
fn message(client: usize, number: usize, now: &str) -> String {
    let (order, channel) = (
        number / 2,
        if number.is_multiple_of(2) {
            "server"
        } else {
            "browser"
        },
    );
    format!(
        r#"{{"type":"track","event":"Order Completed","messageId":"load-{client}-{number}","userId":"customer-{order}",
"anonymousId":null,"channel":"{channel}","timestamp":"{now}","integrations":{{}},
"context":{{"library":{{"name":"analytics-python","version":"2.4.0"}},"ip":"203.0.113.{}","userAgent":"Mozilla/5.0 (X11; Linux x86_64)",
"page":{{"url":"https://shop.example/thanks?gclid=CjwKCAiA9bq6BhAKEiwAH6bqo"}},"traits":{{"email":"customer{order}@example.com"}}}},
"properties":{{"order_id":"o-{client}-{order}","revenue":49.9,"currency":"EUR","coupon":null,
"products":[{{"product_id":"p1","sku":"tent-2","price":39.9,"quantity":1}},{{"product_id":"p2","sku":"peg-9","price":5,"quantity":2}}]}}}}"#,
        order % 250
    )
}

fn send(
    address: SocketAddr,
    client: usize,
    messages: usize,
    stop: &AtomicBool,
) -> Result<Seen, Failure> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    let mut seen = Seen::default();
    let mut number = 0;
    while !stop.load(Ordering::Relaxed) {
        let now = Clock::System.now().to_rfc3339();
        let batch: Vec<String> = (number..number + messages)
            .map(|n| message(client, n, &now))
            .collect();
        number += messages;
        let body = format!(r#"{{"batch":[{}],"sentAt":"{now}"}}"#, batch.join(","));
        let head = format!(
            "POST /v1/batch HTTP/1.1\r\nhost: {address}\r\nauthorization: Basic c2hvcC1rZXk6\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let watch = Stopwatch::start();
        reader
            .get_mut()
            .write_all(&[head.as_bytes(), body.as_bytes()].concat())?;
        if answer(&mut reader)? != "200" {
            return Err("a batch was not accepted".into());
        }
        seen.millis.push(watch.millis());
        seen.acknowledged += u64::try_from(messages)?;
    }
    Ok(seen)
}

fn answer(reader: &mut BufReader<TcpStream>) -> Result<String, Failure> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let status = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse()?;
        }
    }
    reader.read_exact(&mut vec![0; length])?;
    Ok(status)
}
