//! A family's copy: a link that came by mail, a code that came another way, and no account.

use hmac::{Hmac, Mac};
use minutes::canonical::sha256_hex;
use minutes::ids::{DeliveryId, EditionId, PersonId};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::{App, Error};
use crate::store;
use crate::store::family_links::FamilyLink;

/// 26 weeks, as GOV.UK Notify keeps files; the record itself stays, and the worker can send a new link.
const LIFE: i64 = 26 * 7 * 24 * 60 * 60 * 1000;
pub const TRIES: i32 = 5;

/// A copy somebody has opened, with what is to be shown.
pub struct Copy {
    pub edition: EditionId,
    pub signed_json: Vec<u8>,
    pub pdf: Vec<u8>,
}

/// Where a link stands before its code is entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    Open { tries_left: i32 },
    UsedUp,
    Expired,
    Unknown,
}

/// What came of entering a code.
pub enum Opened {
    Copy(Box<Copy>),
    WrongCode(LinkState),
}

/// The row for a link; the token itself is stored nowhere and seen by nobody but its reader.
pub(super) fn link(
    secret: &[u8; 32],
    delivery: DeliveryId,
    person: PersonId,
    edition: EditionId,
    now: i64,
) -> FamilyLink {
    FamilyLink {
        token_sha256: sha256_hex(token(secret, delivery).as_bytes()),
        delivery_id: delivery,
        person_id: person,
        edition_id: edition,
        expires_at: now + LIFE,
        failed_tries: 0,
        opened_at: None,
        revoked_at: None,
    }
}

/// The secret part of a link.
pub fn token(secret: &[u8; 32], delivery: DeliveryId) -> String {
    use base64::Engine;
    base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(derive(secret, "link:", delivery))
}

/// The eight digits the worker tells.
pub fn code(secret: &[u8; 32], delivery: DeliveryId) -> String {
    let bytes = derive(secret, "code:", delivery);
    let mut first = [0; 8];
    first.copy_from_slice(&bytes[..8]);
    format!("{:08}", u64::from_be_bytes(first) % 100_000_000)
}

fn derive(secret: &[u8; 32], purpose: &str, delivery: DeliveryId) -> [u8; 32] {
    // A key of any length will do for HMAC; there is no error to meet.
    #[allow(clippy::expect_used)]
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes any key");
    mac.update(purpose.as_bytes());
    mac.update(delivery.0.as_bytes());
    mac.finalize().into_bytes().into()
}

pub async fn look(app: &App, token: &str) -> Result<LinkState, Error> {
    let (digest, now) = (sha256_hex(token.as_bytes()), app.clock.now());
    app.store.read(move |conn| Ok(state(store::family_links::get(conn, &digest)?.as_ref(), now))).await
}

fn state(link: Option<&FamilyLink>, now: i64) -> LinkState {
    match link {
        None => LinkState::Unknown,
        Some(link) if link.revoked_at.is_some() || link.expires_at <= now => LinkState::Expired,
        Some(link) if link.failed_tries >= TRIES => LinkState::UsedUp,
        Some(link) => LinkState::Open { tries_left: TRIES - link.failed_tries },
    }
}

pub async fn open_copy(app: &App, token: &str, entered: &str) -> Result<Opened, Error> {
    let (digest, now, secret) = (sha256_hex(token.as_bytes()), app.clock.now(), app.settings.link_secret);
    let entered: String = entered.chars().filter(char::is_ascii_digit).take(20).collect();
    app.store
        .write(move |conn| {
            let link = store::family_links::get(conn, &digest)?;
            let before = state(link.as_ref(), now);
            let (Some(link), LinkState::Open { .. }) = (link, before) else { return Ok(Opened::WrongCode(before)) };
            if !bool::from(code(&secret, link.delivery_id).as_bytes().ct_eq(entered.as_bytes())) {
                store::family_links::count_failure(conn, &digest)?;
                let after = store::family_links::get(conn, &digest)?;
                return Ok(Opened::WrongCode(state(after.as_ref(), now)));
            }
            if link.opened_at.is_none() {
                let meeting_id = store::editions::get(conn, link.edition_id)?.ok_or(Error::NotFound)?.meeting_id;
                store::family_links::mark_opened(conn, &digest, now)?;
                store::disclosures::record(
                    conn,
                    store::disclosures::NewDisclosure {
                        meeting_id,
                        edition_id: link.edition_id,
                        person_id: Some(link.person_id),
                        how: "opened by link and code".to_owned(),
                        at: now,
                    },
                )?;
            }
            let signed_json = store::editions::get_json(conn, link.edition_id)?.ok_or(Error::NotFound)?;
            let pdf = store::editions::get_pdf(conn, link.edition_id)?.ok_or(Error::NotFound)?;
            Ok(Opened::Copy(Box::new(Copy { edition: link.edition_id, signed_json, pdf })))
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_code_is_eight_digits_and_says_nothing_of_the_link() {
        let (secret, delivery) = ([7; 32], DeliveryId(Uuid::from_u128(1)));
        let code = code(&secret, delivery);
        assert!(code.len() == 8 && code.bytes().all(|b| b.is_ascii_digit()));
        assert!(!token(&secret, delivery).contains(&code));
        assert_ne!(token(&secret, delivery), token(&[8; 32], delivery));
    }
}
