//! The server inside the test's own process, on what a demo has made up, with a clock that the test can turn.

use std::sync::Arc;

use server::clock::Clock;
use server::config::Config;
use server::start;
use server::workflow::App;
use tokio::sync::oneshot;

use crate::demo::Demo;
use crate::http::Host;
use crate::server::{Accord, program};

pub struct Inside {
    pub clock: Clock,
    /// What is behind the server, for what runs by the clock alone.
    pub app: Arc<App>,
    base_url: String,
    /// Stopped; its folder is ours now.
    outside: Accord,
    /// Dropped with the rest: then the server stops.
    _stop: oneshot::Sender<()>,
}

impl Inside {
    pub async fn start() -> Self {
        let mut outside = Accord::start().await;
        outside.stop().await;
        let data = outside.data();
        let beside = program().parent().expect("the program lies in a folder");
        let mut config = Config::defaults().expect("the settings' defaults");
        "127.0.0.1:0".clone_into(&mut config.server.listen);
        config.storage.url = format!("sqlite:{}", data.join("accord.db").display());
        config.storage.keys = data.join("keys");
        config.mail.directory = data.join("mail");
        "Records <records@northmoor.example>".clone_into(&mut config.mail.from);
        config.render.worker = beside.join("accord-render").display().to_string();
        config.render.fonts = beside.join("../accord-fonts").display().to_string();

        let clock = Clock::default();
        let app = start::build(&config, clock.clone()).await.expect("the demo's data opens");
        let behind = app.clone().into_inner();
        let running = start::start(&config, app).expect("a free port");
        let (base_url, handle) = (running.base_url.clone(), running.handle());
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(running.serve());
        tokio::spawn(async move {
            let _ = stopped.await;
            handle.stop(false).await;
        });
        Self { clock, app: behind, base_url, outside, _stop: stop }
    }

    pub fn demo(&self) -> &Demo {
        self.outside.demo()
    }
}

impl Host for Inside {
    fn base_url(&self) -> &str {
        &self.base_url
    }
}
