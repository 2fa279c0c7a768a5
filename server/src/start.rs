//! Putting the parts together, running them and taking them down in order.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::{Data, PayloadConfig};
use actix_web::{App as HttpApp, HttpServer, middleware};
use socket2::{Domain, Socket, Type};
use tokio::sync::{Notify, watch};
use uuid::Uuid;

mod calendars;
mod plain_words;

use crate::clock::Clock;
use crate::config::{Config, Mail, MailTls, MailTransport};
use crate::delivery::{Smtp, SmtpSecurity, Transport, Wording, Worker};
use crate::http;
use crate::live::{self, Limits, Live};
use crate::metrics::Metrics;
use crate::render::Typesetter;
use crate::rule_packs;
use crate::signing::log::LogKey;
use crate::signing::{BadRoot, Keys, TrustedRoot};
use crate::store::{self, Store, StoreError};
use crate::workflow::append_to_log::{self, Log};
use crate::workflow::{self, App, Settings, check_log, forget_expired, open_copy, remind};

/// Threads that wait for the database, of each runtime: more would only queue for the same connections, and each keeps
/// memory of its own.
pub const BLOCKING_THREADS: usize = 8;
/// The file of the key that signs the log's checkpoints.
const LOG_KEY: &str = "log.key";
/// The largest request body outside the API: a PDF to be checked.
const MAX_BODY: usize = 25 * 1024 * 1024;

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the folder {0} can't be made")]
    Folder(PathBuf, #[source] std::io::Error),
    #[error("the database does not open")]
    Store(#[from] store::OpenError),
    #[error("the installation's facts can't be read")]
    Installation(#[from] StoreError),
    #[error("the root certificate can't be read")]
    Root(#[source] BadRoot),
    #[error("the log of records can't be written")]
    Log(#[source] workflow::Error),
    #[error("the keys do not open")]
    Keys(#[from] crate::signing::KeysError),
    #[error("a secret in the keys folder does not open")]
    Secret(#[source] std::io::Error),
    #[error("the rule packs can't be worked with")]
    Rules(#[from] rule_packs::BadPacks),
    #[error("the word lists can't be read")]
    PlainWords(#[source] plain_words::PlainWordsError),
    #[error("the bank holidays can't be read")]
    Calendars(#[from] calendars::CalendarError),
    #[error("the typesetting worker is not where it should be")]
    Typesetter(#[source] std::io::Error),
    #[error("the mail settings do not hold together: {0}")]
    Mail(String),
    #[error("the metrics can't be set up")]
    Metrics(#[from] crate::metrics::NotCountable),
    #[error("the address {0} can't be listened on")]
    Listen(String, #[source] std::io::Error),
    #[error("the server ended unexpectedly")]
    Run(#[source] std::io::Error),
}

/// A server that runs until it is stopped.
pub struct Running {
    pub address: SocketAddr,
    pub base_url: String,
    pub app: Data<App>,
    server: actix_web::dev::Server,
    stop: watch::Sender<bool>,
    worker: tokio::task::JoinHandle<()>,
}

impl Running {
    /// Serves until a signal comes, then lets what is under way finish.
    pub async fn serve(self) -> Result<(), StartError> {
        let outcome = self.server.await.map_err(StartError::Run);
        let _ = self.stop.send(true);
        let _ = self.worker.await;
        outcome
    }

    pub fn handle(&self) -> actix_web::dev::ServerHandle {
        self.server.handle()
    }
}

/// Everything but the network: what `demo` fills before anybody can look.
pub async fn build(config: &Config, clock: Clock) -> Result<Data<App>, StartError> {
    let rules = rule_packs::load(&config.rules)?;
    prepare_folders(config)?;
    let metrics = Metrics::new()?;
    let counted = metrics.clone();
    let store = Store::open_observed(&config.storage.url, move |commit| {
        counted.commit(commit.took, commit.changes, commit.failed);
    })?;
    let proposed = Uuid::new_v4().to_string();
    let storage_id = store.write(move |conn| store::installation::get_or_set(conn, "storage_id", &proposed)).await?;
    let secret =
        |name: &str| crate::secrets::open_or_create(&config.storage.keys.join(name)).map_err(StartError::Secret);
    let keys = Keys::open_or_create(&config.storage.keys, &config.server.partnership, clock.now())?;
    let (log, log_is_whole) = open_log(&store, &secret(LOG_KEY)?, Arc::new(keys), clock.now()).await?;
    let settings = Settings {
        partnership: config.server.partnership.clone(),
        base_url: config.server.base_url.trim_end_matches('/').to_owned(),
        session_milliseconds: i64::from(config.server.session_hours) * 60 * 60 * 1000,
        session_secret: secret("session.key")?,
        link_secret: secret("link.key")?,
        secure_cookies: config.server.secure_cookies,
        storage_id,
    };
    let limits = Limits {
        memory: config.live.memory_mib.saturating_mul(1024 * 1024),
        connections_per_person: config.live.connections_per_person,
        messages_per_second: config.live.messages_per_second,
        idle: Duration::from_secs(config.live.idle_seconds),
    };
    let live = Live::new(store.clone(), clock.clone(), metrics, limits);
    let typesetter = typesetter(config)?;
    let plain_words = plain_words::load(&config.wording.directory).map_err(StartError::PlainWords)?;
    let deliveries = Arc::new(Notify::new());
    let calendars = calendars::load(&config.rules.bank_holidays)?;
    Ok(Data::new(App {
        store,
        live,
        clock,
        typesetter,
        keys: log.keys.clone(),
        log,
        log_is_whole,
        rules,
        plain_words,
        calendars,
        settings,
        deliveries,
    }))
}

/// What the log is checked with, of a server that has run before: a check must make no key, and issue no certificate.
pub fn log_key(keys: &Path) -> Result<(LogKey, TrustedRoot), StartError> {
    let file = keys.join(LOG_KEY);
    std::fs::metadata(&file).map_err(StartError::Secret)?;
    let secret = crate::secrets::open_or_create(&file).map_err(StartError::Secret)?;
    let pem = std::fs::read_to_string(keys.join("root.pem")).map_err(StartError::Secret)?;
    let root = TrustedRoot::from_pem(&pem).map_err(StartError::Root)?;
    Ok((LogKey::new(&secret, &root.fingerprint()), root))
}

/// The log of records, and whether it is what it was. A log that is not is no reason to keep people from their meetings, but
/// it is said aloud, and the server never calls itself ready.
async fn open_log(store: &Store, secret: &[u8; 32], keys: Arc<Keys>, now: i64) -> Result<(Log, bool), StartError> {
    let log = Log::new(secret, keys);
    let taken_in = append_to_log::take_in(store, &log, now).await.map_err(StartError::Log)?;
    if taken_in > 0 {
        tracing::info!(records = taken_in, "records locked before there was a log are in it now");
    }
    let root = log.keys.trusted_root().map_err(StartError::Root)?;
    let checked = check_log::check_log(store, &log.key, root).await?;
    for fault in &checked.faults {
        tracing::error!(%fault, "the log of records is not what it was");
    }
    Ok((log, checked.faults.is_empty()))
}

/// Listens and works. `base_url` in the settings wins; without one, it is the address listened on.
pub fn start(config: &Config, app: Data<App>) -> Result<Running, StartError> {
    // Each connection is a file: a region at ten on a Tuesday needs more than the usual thousand.
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::warn!(error = &error as &dyn std::error::Error, "the limit of open files stays as it is");
    }
    let listener =
        listen(&config.server.listen).map_err(|error| StartError::Listen(config.server.listen.clone(), error))?;
    let address = listener.local_addr().map_err(|error| StartError::Listen(config.server.listen.clone(), error))?;
    let base_url =
        if app.settings.base_url.is_empty() { format!("http://{address}") } else { app.settings.base_url.clone() };
    let (stop, stopped) = watch::channel(false);
    let worker = Worker {
        store: app.store.clone(),
        clock: app.clock.clone(),
        transport: transport(&config.mail)?,
        wording: wording(config, &app.settings, &base_url)?,
        rung: app.deliveries.clone(),
    };
    let worker = tokio::spawn(worker.run(stopped.clone()));
    tokio::spawn(tidy_hourly(app.clone(), stopped.clone()));
    tokio::spawn(remind_often(app.clone(), stopped.clone()));
    tokio::spawn(live::watch::run(app.store.clone(), app.clock.clone(), app.live.clone(), stopped));
    let (data, secure) = (app.clone(), config.server.secure_cookies);
    let server = HttpServer::new(move || {
        HttpApp::new()
            .app_data(data.clone())
            .app_data(PayloadConfig::new(MAX_BODY))
            .wrap(http::compression())
            .wrap(http::headers(secure))
            .wrap(middleware::NormalizePath::trim())
            .configure(http::routes)
    })
    .workers(std::thread::available_parallelism().map_or(2, std::num::NonZero::get))
    .worker_max_blocking_threads(BLOCKING_THREADS)
    .shutdown_timeout(10)
    // Without it a keystroke waits for the next one: 36 ms instead of one.
    .tcp_nodelay(true)
    .listen(listener)
    .map_err(|error| StartError::Listen(config.server.listen.clone(), error))?
    .run();
    Ok(Running { address, base_url, app, server, stop, worker })
}

/// A room of people comes back all at once when the server has been away. Those who find the queue full wait a second for
/// their next try; the system's usual queue is 128.
fn listen(address: &str) -> std::io::Result<std::net::TcpListener> {
    let address = std::net::ToSocketAddrs::to_socket_addrs(address)?
        .next()
        .ok_or_else(|| std::io::Error::other("it names no address"))?;
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(4096)?;
    Ok(socket.into())
}

/// Tickets and wrong passwords are of no use for long.
async fn tidy_hourly(app: Data<App>, mut stop: watch::Receiver<bool>) {
    let mut hourly = tokio::time::interval(Duration::from_secs(60 * 60));
    loop {
        tokio::select! {
            _ = hourly.tick() => {}
            _ = stop.changed() => return,
        }
        if let Err(error) = forget_expired::forget_expired(&app).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "what has expired is still there");
        }
    }
}

/// A deadline passes at midnight and people come to work at different hours: four times an hour is soon enough, and what
/// was said once is not said again.
async fn remind_often(app: Data<App>, mut stop: watch::Receiver<bool>) {
    let mut often = tokio::time::interval(Duration::from_secs(15 * 60));
    loop {
        tokio::select! {
            _ = often.tick() => {}
            _ = stop.changed() => return,
        }
        if let Err(error) = remind::remind(&app).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "reminders are not given; they will be");
        }
    }
}

fn prepare_folders(config: &Config) -> Result<(), StartError> {
    let make =
        |folder: &Path| std::fs::create_dir_all(folder).map_err(|error| StartError::Folder(folder.to_owned(), error));
    make(&config.storage.keys)?;
    if let Some(folder) = config.storage.url.strip_prefix("sqlite:").and_then(|path| Path::new(path).parent()) {
        make(folder)?;
    }
    Ok(())
}

fn typesetter(config: &Config) -> Result<Typesetter, StartError> {
    let beside = std::env::current_exe().map_err(StartError::Typesetter)?;
    let folder = beside.parent().unwrap_or(Path::new("."));
    let worker = if config.render.worker.is_empty() {
        folder.join("accord-render")
    } else {
        PathBuf::from(&config.render.worker)
    };
    let fonts = if config.render.fonts.is_empty() {
        let candidates = [folder.join("accord-fonts"), folder.join("../accord-fonts")];
        candidates.iter().find(|path| path.is_dir()).cloned().unwrap_or_else(|| candidates[0].clone())
    } else {
        PathBuf::from(&config.render.fonts)
    };
    if !worker.is_file() || !fonts.is_dir() {
        let words = format!("{} and {} must be there", worker.display(), fonts.display());
        return Err(StartError::Typesetter(std::io::Error::other(words)));
    }
    Ok(Typesetter::new(worker, fonts))
}

fn transport(mail: &Mail) -> Result<Transport, StartError> {
    if mail.transport == MailTransport::Directory {
        return Ok(Transport::Directory(mail.directory.clone()));
    }
    let read = |path: &str| std::fs::read(path).map_err(|error| StartError::Mail(format!("{path}: {error}")));
    let root_certificate = if mail.root_certificate.is_empty() { None } else { Some(read(&mail.root_certificate)?) };
    let credentials = if mail.username.is_empty() {
        None
    } else {
        let password = String::from_utf8(read(&mail.password_file)?)
            .map_err(|_| StartError::Mail("the password file is not text".to_owned()))?;
        Some((mail.username.clone(), password.trim_end().to_owned()))
    };
    let security = match mail.tls {
        MailTls::Required => SmtpSecurity::Required,
        MailTls::Wrapper => SmtpSecurity::Wrapper,
        MailTls::None => SmtpSecurity::None,
    };
    Transport::relay(Smtp { host: mail.host.clone(), port: mail.port, security, root_certificate, credentials })
        .map_err(|error| StartError::Mail(error.to_string()))
}

fn wording(config: &Config, settings: &Settings, base_url: &str) -> Result<Wording, StartError> {
    let from = config.mail.from.clone();
    let domain = from
        .rsplit_once('@')
        .map(|(_, domain)| domain.trim_end_matches('>').trim().to_owned())
        .filter(|domain| !domain.is_empty())
        .ok_or_else(|| StartError::Mail("`from` is not an address".to_owned()))?;
    let secret = settings.link_secret;
    Ok(Wording {
        from,
        partnership: settings.partnership.clone(),
        base_url: base_url.to_owned(),
        message_id_domain: domain,
        link: Box::new(move |delivery| open_copy::token(&secret, delivery)),
    })
}
