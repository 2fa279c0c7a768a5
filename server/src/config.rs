//! Settings: the defaults, then a file, then the environment. Unknown keys are refused.

use std::path::PathBuf;

use figment::Figment;
use figment::providers::{Env, Format, Toml};
use serde::Deserialize;

const DEFAULTS: &str = include_str!("../../config/default.toml");

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub server: Server,
    pub storage: Storage,
    pub mail: Mail,
    pub render: Render,
    pub rules: Rules,
    pub wording: Wording,
    pub live: Live,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    pub listen: String,
    pub base_url: String,
    pub partnership: String,
    pub session_hours: u32,
    pub secure_cookies: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Storage {
    pub url: String,
    pub keys: PathBuf,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    pub transport: MailTransport,
    pub directory: PathBuf,
    pub from: String,
    pub host: String,
    pub port: u16,
    pub tls: MailTls,
    pub root_certificate: String,
    pub username: String,
    pub password_file: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailTransport {
    Directory,
    Smtp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailTls {
    Required,
    Wrapper,
    None,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Render {
    pub worker: String,
    pub fonts: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    pub directory: PathBuf,
    pub nation: String,
    pub bank_holidays: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    pub directory: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Live {
    pub memory_mib: usize,
    pub connections_per_person: usize,
    pub messages_per_second: u32,
    pub idle_seconds: u64,
}

impl Config {
    /// Reads the settings of this process.
    pub fn load() -> Result<Self, Box<figment::Error>> {
        let mut figment = Figment::from(Toml::string(DEFAULTS));
        if let Some(path) = std::env::var_os("ACCORD_CONFIG") {
            figment = figment.merge(Toml::file_exact(PathBuf::from(path)));
        }
        figment.merge(Env::prefixed("ACCORD__").split("__")).extract().map_err(Box::new)
    }

    /// The defaults alone, for demonstrations and tests to build on.
    pub fn defaults() -> Result<Self, Box<figment::Error>> {
        Figment::from(Toml::string(DEFAULTS)).extract().map_err(Box::new)
    }
}
