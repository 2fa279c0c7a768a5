//! Where letters go: a mail relay, or a folder for demonstrations.

use std::path::PathBuf;
use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

/// A relay that says nothing for this long is given up for now.
const PATIENCE: Duration = Duration::from_secs(60);

/// What went wrong, in words without addresses. Replies of mail servers repeat addresses, so they are not kept.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    #[error("{0}")]
    Permanent(String),
    #[error("{0}")]
    Temporary(String),
}

pub enum Transport {
    Relay(AsyncSmtpTransport<Tokio1Executor>),
    Directory(PathBuf),
}

/// How to reach a relay.
#[derive(Debug, Clone)]
pub struct Smtp {
    pub host: String,
    pub port: u16,
    pub security: SmtpSecurity,
    /// PEM of the relay's own root, if it is not a public one.
    pub root_certificate: Option<Vec<u8>>,
    pub credentials: Option<(String, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// STARTTLS, or nothing is sent.
    Required,
    /// TLS from the first byte.
    Wrapper,
    /// For a relay on this machine.
    None,
}

impl Transport {
    pub fn relay(smtp: Smtp) -> Result<Self, lettre::transport::smtp::Error> {
        let mut parameters = TlsParameters::builder(smtp.host.clone());
        if let Some(pem) = &smtp.root_certificate {
            parameters = parameters.add_root_certificate(Certificate::from_pem(pem)?);
        }
        let tls = match smtp.security {
            SmtpSecurity::Required => Tls::Required(parameters.build()?),
            SmtpSecurity::Wrapper => Tls::Wrapper(parameters.build()?),
            SmtpSecurity::None => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&smtp.host)
            .port(smtp.port)
            .tls(tls)
            .timeout(Some(PATIENCE));
        if let Some((user, password)) = smtp.credentials {
            builder = builder.credentials(Credentials::new(user, password));
        }
        Ok(Self::Relay(builder.build()))
    }

    pub(super) async fn send(&self, message_id: &str, letter: Message) -> Result<(), TransportError> {
        match self {
            Self::Relay(relay) => relay.send(letter).await.map(|_reply| ()).map_err(|error| fault(&error)),
            Self::Directory(folder) => write(folder, message_id, letter.formatted()).await.map_err(|error| {
                TransportError::Temporary(format!("the file could not be written ({})", error.kind()))
            }),
        }
    }
}

/// Only a 5xx is final. A refused connection or a bad certificate is neither permanent nor transient to the library; to us
/// it is a reason to try again, and so is a relay that does not take our own password.
fn fault(error: &lettre::transport::smtp::Error) -> TransportError {
    let Some(code) = error.status().map(u16::from) else {
        return TransportError::Temporary("the mail server can't be reached safely".to_owned());
    };
    match code {
        530..=538 => TransportError::Temporary(format!("the mail server did not let us in ({code})")),
        500.. => TransportError::Permanent(format!("the mail server refused it ({code})")),
        _ => TransportError::Temporary(format!("the mail server could not take it ({code})")),
    }
}

/// One file a Message-ID: a retry writes the same letter over the first.
async fn write(folder: &std::path::Path, message_id: &str, letter: Vec<u8>) -> std::io::Result<()> {
    let name: String =
        message_id.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    tokio::fs::create_dir_all(folder).await?;
    let aside = folder.join(format!("{name}.tmp"));
    tokio::fs::write(&aside, letter).await?;
    tokio::fs::rename(&aside, folder.join(format!("{name}.eml"))).await
}
