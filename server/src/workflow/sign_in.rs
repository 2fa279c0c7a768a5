//! Signing in with e-mail and password.

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use minutes::canonical::sha256_hex;
use minutes::ids::SessionId;
use uuid::Uuid;

use super::{Actor, App, Error, audited};
use crate::store;

/// After this many wrong passwords for one address within the window, even the right one is refused for a while.
const TRIES: i64 = 10;
const WINDOW: i64 = 15 * 60 * 1000;

/// Checked against when there is no such person, so that the answer takes as long.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$YWNjb3JkLW5vYm9keQ$Z0ZkN0Y3cDRzY1F2b2Z3b0h1b2JhcmJheg";

pub async fn sign_in(app: &App, email: String, password: String) -> Result<Actor, Error> {
    let now = app.clock.now();
    let email_sha256 = sha256_hex(email.trim().to_lowercase().as_bytes());
    let address = email_sha256.clone();
    let person = app
        .store
        .read(move |conn| {
            if store::sign_in_failures::count_since(conn, &address, now - WINDOW)? >= TRIES {
                return Err(Error::TooManyTries);
            }
            Ok(store::people::by_email(conn, &email)?)
        })
        .await?;
    let hash = person.as_ref().and_then(|person| person.password_hash.clone());
    let right = check(password, hash).await?;
    let Some(person) = person.filter(|_| right) else {
        app.store
            .write(move |conn| Ok::<(), Error>(store::sign_in_failures::record(conn, &email_sha256, now)?))
            .await?;
        return Err(Error::BadCredentials);
    };
    let session = SessionId(Uuid::new_v4());
    let expires_at = now + app.settings.session_milliseconds;
    let actor = Actor {
        person: person.id,
        session,
        name: person.name,
        role: person.role,
        agency: person.agency_id,
        expires_at,
    };
    app.store
        .write(move |conn| {
            store::sign_in_failures::clear(conn, &email_sha256)?;
            store::sessions::start(conn, session, person.id, now, expires_at)?;
            store::audit::append(
                conn,
                audited((person.id, session), now, "session.started", format!("session:{session}")),
            )?;
            Ok::<(), Error>(())
        })
        .await?;
    Ok(actor)
}

/// Who a session belongs to, if it neither ended nor expired.
pub async fn resume(app: &App, session: SessionId) -> Result<Actor, Error> {
    let now = app.clock.now();
    app.store
        .read(move |conn| {
            let (session, person) = store::sessions::get_live(conn, session, now)?.ok_or(Error::NotSignedIn)?;
            Ok(Actor {
                person: person.id,
                session: session.id,
                name: person.name,
                role: person.role,
                agency: person.agency_id,
                expires_at: session.expires_at,
            })
        })
        .await
}

/// Whether it is still the same person at the keyboard: the password again, before something that can't be undone.
/// Wrong ones count as wrong sign-ins do.
pub async fn confirm_password(app: &App, actor: &Actor, password: String) -> Result<(), Error> {
    let (person, now) = (actor.person, app.clock.now());
    let (email_sha256, hash) = app
        .store
        .read(move |conn| {
            let person = store::people::get(conn, person)?.ok_or(Error::NotSignedIn)?;
            let email_sha256 = sha256_hex(person.email.unwrap_or_default().as_bytes());
            if store::sign_in_failures::count_since(conn, &email_sha256, now - WINDOW)? >= TRIES {
                return Err(Error::TooManyTries);
            }
            Ok((email_sha256, person.password_hash))
        })
        .await?;
    if check(password, hash).await? {
        return Ok(());
    }
    app.store.write(move |conn| Ok::<(), Error>(store::sign_in_failures::record(conn, &email_sha256, now)?)).await?;
    Err(Error::BadCredentials)
}

/// Argon2id with the parameters OWASP asks for. It takes tens of milliseconds, so not on the event loop.
async fn check(password: String, hash: Option<String>) -> Result<bool, Error> {
    if password.len() > 1024 {
        return Ok(false);
    }
    tokio::task::spawn_blocking(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        let Ok(parsed) = PasswordHash::new(&hash) else { return Ok(false) };
        Ok(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok() && known)
    })
    .await
    .map_err(|_| Error::Broken("checking a password was cut short"))?
}

/// Hashes a new password.
pub fn hash_password(password: &str) -> Result<String, Error> {
    let salt = SaltString::encode_b64(&crate::secrets::random()[..16]).map_err(|_| Error::Broken("salt"))?;
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
    Ok(hash.map_err(|_| Error::Broken("a password can't be hashed"))?.to_string())
}
