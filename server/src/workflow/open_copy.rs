//! A family's copy: a link that came by mail, a code that came another way, and no account.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use minutes::canonical::sha256_hex;
use minutes::ids::{DeliveryId, EditionId, PersonId};
use minutes::record::Role;
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::{App, Error};
use crate::store;
use crate::store::family_links::FamilyLink;

/// 26 weeks, as GOV.UK Notify keeps files; the record itself stays, and the worker can send a new link.
const LIFE: i64 = 26 * 7 * 24 * 60 * 60 * 1000;
pub const TRIES: i32 = 5;

/// How long an opened copy stays open in one browser without the code being entered again.
pub const PROOF_LIFE: i64 = 30 * 60 * 1000;

/// A copy somebody has opened, with what is to be shown.
pub struct Copy {
    pub edition: EditionId,
    pub signed_json: Vec<u8>,
    pub pdf: Vec<u8>,
    /// Unix milliseconds: the end of the link's life.
    pub expires_at: i64,
}

/// Whom to ask about a copy. Shown before the code is right, so it says nothing about the family.
#[derive(Default)]
pub struct Contact {
    pub name: String,
    pub phone: String,
    pub email: String,
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
    encoded(derive(secret, "link:", delivery))
}

/// The eight digits the worker tells.
pub fn code(secret: &[u8; 32], delivery: DeliveryId) -> String {
    let bytes = derive(secret, "code:", delivery);
    let mut first = [0; 8];
    first.copy_from_slice(&bytes[..8]);
    format!("{:08}", u64::from_be_bytes(first) % 100_000_000)
}

fn derive(secret: &[u8; 32], purpose: &str, delivery: DeliveryId) -> [u8; 32] {
    mac(secret, &[purpose.as_bytes(), delivery.0.as_bytes()])
}

fn mac(secret: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // A key of any length will do for HMAC; there is no error to meet.
    #[allow(clippy::expect_used)]
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes any key");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn encoded(bytes: [u8; 32]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
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
            Ok(Opened::Copy(Box::new(copy(conn, &link)?)))
        })
        .await
}

/// The copy again, for a browser that holds a proof that its code was entered a short while ago.
pub async fn reopen(app: &App, token: &str, proof: &str) -> Result<Option<Copy>, Error> {
    let (digest, now) = (sha256_hex(token.as_bytes()), app.clock.now());
    if !is_proof(&app.settings.link_secret, &digest, proof, now) {
        return Ok(None);
    }
    app.store
        .read(move |conn| match store::family_links::get(conn, &digest)? {
            Some(link) if link.revoked_at.is_none() && link.expires_at > now => Ok(Some(copy(conn, &link)?)),
            _ => Ok(None),
        })
        .await
}

/// What a browser is given once the code was right.
pub fn proof(app: &App, token: &str) -> String {
    let until = app.clock.now() + PROOF_LIFE;
    let digest = sha256_hex(token.as_bytes());
    format!("{until}.{}", encoded(proof_mac(&app.settings.link_secret, &digest, until)))
}

fn is_proof(secret: &[u8; 32], digest: &str, proof: &str, now: i64) -> bool {
    let Some((until, mac)) = proof.split_once('.') else { return false };
    let Ok(until) = until.parse::<i64>() else { return false };
    let right = encoded(proof_mac(secret, digest, until));
    until > now && bool::from(right.as_bytes().ct_eq(mac.as_bytes()))
}

fn proof_mac(secret: &[u8; 32], digest: &str, until: i64) -> [u8; 32] {
    mac(secret, &[b"proof:", digest.as_bytes(), b":", until.to_string().as_bytes()])
}

fn copy(conn: &mut store::Connection, link: &FamilyLink) -> Result<Copy, Error> {
    let signed_json = store::editions::get_json(conn, link.edition_id)?.ok_or(Error::NotFound)?;
    let pdf = store::editions::get_pdf(conn, link.edition_id)?.ok_or(Error::NotFound)?;
    Ok(Copy { edition: link.edition_id, signed_json, pdf, expires_at: link.expires_at })
}

/// Whom to ask about the copy behind a link: the chair of its meeting. Nobody, for a link there is not.
pub async fn contact(app: &App, token: &str) -> Result<Contact, Error> {
    let digest = sha256_hex(token.as_bytes());
    app.store
        .read(move |conn| {
            let Some(link) = store::family_links::get(conn, &digest)? else { return Ok(Contact::default()) };
            let Some(edition) = store::editions::get(conn, link.edition_id)? else { return Ok(Contact::default()) };
            let seats = store::meetings::seats(conn, edition.meeting_id)?;
            let chair = seats.iter().find(|seat| seat.role == Role::Chair && seat.removed_at.is_none());
            let Some(chair) = chair else { return Ok(Contact::default()) };
            let person = store::people::get(conn, chair.person)?.ok_or(Error::Broken("a seat without a person"))?;
            let (phone, email) = (person.phone.unwrap_or_default(), person.email.unwrap_or_default());
            Ok(Contact { name: person.name, phone, email })
        })
        .await
}

/// Until when the link of a delivery works, Unix milliseconds.
pub(super) fn expiry(conn: &mut store::Connection, secret: &[u8; 32], delivery: DeliveryId) -> Result<i64, Error> {
    let link = store::family_links::get(conn, &sha256_hex(token(secret, delivery).as_bytes()))?;
    Ok(link.map_or(0, |link| link.expires_at))
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

    #[test]
    fn a_proof_holds_for_its_link_and_its_time() {
        let secret = [7; 32];
        let proof = format!("1000.{}", encoded(proof_mac(&secret, "digest", 1000)));
        assert!(is_proof(&secret, "digest", &proof, 999));
        assert!(!is_proof(&secret, "digest", &proof, 1000), "run out");
        assert!(!is_proof(&secret, "another", &proof, 999));
        assert!(!is_proof(&secret, "digest", &proof.replacen("1000", "9000", 1), 999), "lengthened");
        assert!(!is_proof(&secret, "digest", "", 0) && !is_proof(&[8; 32], "digest", &proof, 999));
    }
}
