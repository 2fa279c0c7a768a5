//! The leak check at the lock: whether a copy holds what its readers must not have. It looks at the finished bytes, since
//! those are what people get; whatever it finds stops the lock until it is put right, or let through with a reason.

use std::collections::BTreeSet;

use minutes::edition;
use minutes::ids::{EditionId, MeetingId};
use minutes::leak::{self, Contact, Guard, Hit, Protected};
use minutes::lifecycle::Finding;
use minutes::record::Record;
use uuid::Uuid;

use super::file_editions::{PlannedFiling, Recipient};
use super::lock_record::{self, Copy};
use super::{App, Error, closed_sessions};
use crate::render::read_back;
use crate::store;

/// One finished copy.
pub(super) struct Finished<'a> {
    pub copy: leak::Copy<'a>,
    pub json: &'a [u8],
    pub pdf: &'a [u8],
}

/// Where the family lives and how to reach them, those too who have lost their seat. How to reach a professional at work is no
/// secret; where they live is.
pub(super) fn contacts(conn: &mut store::Connection, meeting: MeetingId) -> Result<Vec<Contact>, Error> {
    let mut contacts = Vec::new();
    let mut add = |what, about: String, whose: &str, text: Option<String>| {
        if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
            contacts.push(Contact { what, about, whose: whose.to_owned(), text });
        }
    };
    for seat in store::meetings::seats(conn, meeting)? {
        let person = store::people::get(conn, seat.person)?.ok_or(Error::Broken("a seat without a person"))?;
        let id = person.id.to_string();
        add(Protected::Address, id.clone(), &seat.name, person.address);
        if seat.role.is_family() {
            add(Protected::Telephone, id.clone(), &seat.name, person.phone);
            add(Protected::Email, id, &seat.name, person.email);
        }
    }
    for child in store::meetings::children(conn, meeting)? {
        add(Protected::Address, child.id.to_string(), &child.name, child.address);
    }
    Ok(contacts)
}

/// What the check finds in these copies of the record.
pub(super) fn check(record: &Record, contacts: &[Contact], copies: &[Finished<'_>]) -> Result<Vec<Finding>, Error> {
    let mut found = Vec::new();
    for one in copies {
        let guard = leak::guard(record, &one.copy, contacts);
        let mut texts = read_back::texts(one.pdf).map_err(Error::ReadBack)?;
        let json = serde_json::from_slice(one.json).map_err(|_| Error::Broken("a copy that is no JSON"))?;
        texts.extend(leak::json_texts(&json));
        found.extend(leak::findings(record, &one.copy, &guard, &search(&guard, &texts)));
    }
    Ok(found)
}

/// What it would find in the copies as they would be: the chair learns all that stands in the way at once, and in the review.
pub(super) async fn would_find(
    record: &Record,
    contacts: &[Contact],
    copies: &BTreeSet<Copy>,
) -> Result<Vec<Finding>, Error> {
    let (record, contacts, copies) = (record.clone(), contacts.to_vec(), copies.clone());
    let looked = tokio::task::spawn_blocking(move || {
        let mut found = Vec::new();
        for copy in copies.iter().map(Copy::as_checked) {
            let guard = leak::guard(&record, &copy, &contacts);
            let edition = match copy.session {
                Some(session) => edition::compile_closed(&record, "", session, EditionId(Uuid::nil())),
                None => edition::compile(&record, "", copy.kind, EditionId(Uuid::nil())),
            };
            let json = serde_json::to_value(edition).map_err(|_| Error::Broken("a copy that is no JSON"))?;
            found.extend(leak::findings(&record, &copy, &guard, &search(&guard, &leak::json_texts(&json))));
        }
        Ok(found)
    });
    looked.await.map_err(|_| Error::Broken("the leak check did not end"))?
}

/// The same for the review.
pub(super) async fn in_review(
    app: &App,
    meeting: MeetingId,
    mut record: Record,
    recipients: &[Recipient],
    filings: &[PlannedFiling],
) -> Result<Vec<Finding>, Error> {
    let (contacts, sessions) = app
        .store
        .read(move |conn| Ok::<_, Error>((contacts(conn, meeting)?, closed_sessions::for_record(conn, meeting)?)))
        .await?;
    record.closed_sessions = sessions;
    would_find(&record, &contacts, &lock_record::needed(&record, recipients, filings)).await
}

fn search(guard: &Guard, texts: &[String]) -> BTreeSet<Hit> {
    // The same is said in many places: printed, attached, named.
    let texts: BTreeSet<&String> = texts.iter().collect();
    texts.into_iter().flat_map(|text| guard.search(text)).collect()
}
