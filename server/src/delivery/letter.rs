//! The words of each letter. Somebody else may see the inbox: subject, file name and a family's body say nothing about
//! a child, a meeting or what it was about.

use lettre::Message;
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};

use minutes::calendar_entry::calendar_entry;
use minutes::ids::MeetingId;

use crate::store::deliveries::{Leased, Template};
use crate::store::reminders;

/// Why a letter can't be written. No address in it: this is shown and logged.
#[derive(Debug, thiserror::Error)]
pub(super) enum LetterFault {
    #[error("there is no e-mail address")]
    NoAddress,
    #[error("the e-mail address is not one")]
    BadAddress,
    #[error("the sender's address in the settings is not one")]
    BadSender,
    #[error("the copy to attach is missing")]
    NoCopy,
    #[error("the letter can't be put together")]
    Build,
}

impl LetterFault {
    /// Whether trying again is of no use until somebody finds another way to this person. The rest are faults of ours,
    /// which an operator puts right.
    pub(super) const fn is_the_addressees(&self) -> bool {
        matches!(self, Self::NoAddress | Self::BadAddress)
    }
}

/// What letters need from the settings. `link` gives the secret end of a family's link.
pub struct Wording {
    pub from: String,
    pub partnership: String,
    pub base_url: String,
    /// The right-hand side of Message-IDs.
    pub message_id_domain: String,
    pub link: Box<dyn Fn(minutes::ids::DeliveryId) -> String + Send + Sync>,
}

impl Wording {
    pub(super) fn letter(
        &self,
        delivery: &Leased,
        email: Option<&str>,
        enclosed: Option<Vec<u8>>,
    ) -> Result<Message, LetterFault> {
        let address = email.ok_or(LetterFault::NoAddress)?;
        let address: lettre::Address = address.parse().map_err(|_| LetterFault::BadAddress)?;
        let from: Mailbox = self.from.parse().map_err(|_| LetterFault::BadSender)?;
        let letter = Message::builder()
            .from(from)
            .to(Mailbox::new(None, address))
            .message_id(Some(format!("<{}>", delivery.message_id)));
        match delivery.template {
            Template::EditionAttached => {
                let (copy, edition) = enclosed.zip(delivery.edition_id).ok_or(LetterFault::NoCopy)?;
                let name = format!("record-{}.pdf", &edition.to_string()[..8]);
                let pdf = ContentType::parse("application/pdf").map_err(|_| LetterFault::Build)?;
                letter
                    .subject("A meeting record is ready")
                    .multipart(
                        MultiPart::mixed()
                            .singlepart(SinglePart::plain(self.professional()))
                            .singlepart(Attachment::new(name).body(copy, pdf)),
                    )
                    .map_err(|_| LetterFault::Build)
            }
            Template::FamilyLink => letter
                .subject("A document is ready for you")
                .singlepart(SinglePart::plain(self.family(&(self.link)(delivery.id))))
                .map_err(|_| LetterFault::Build),
            Template::Invitation => {
                let letter = letter.subject("You are invited to a meeting");
                let words = SinglePart::plain(self.invitation(delivery));
                match enclosed {
                    Some(entry) => {
                        let kind = ContentType::parse("text/calendar; charset=utf-8; method=PUBLISH");
                        let kind = kind.map_err(|_| LetterFault::Build)?;
                        let entry = Attachment::new("meeting.ics".to_owned()).body(entry, kind);
                        letter.multipart(MultiPart::mixed().singlepart(words).singlepart(entry))
                    }
                    None => letter.singlepart(words),
                }
                .map_err(|_| LetterFault::Build)
            }
        }
    }

    /// How many things are due or late, and where to see which: nothing of a meeting stands in it.
    pub(super) fn reminder(&self, reminder: &reminders::Leased, email: Option<&str>) -> Result<Message, LetterFault> {
        let address = email.ok_or(LetterFault::NoAddress)?;
        let address: lettre::Address = address.parse().map_err(|_| LetterFault::BadAddress)?;
        let from: Mailbox = self.from.parse().map_err(|_| LetterFault::BadSender)?;
        Message::builder()
            .from(from)
            .to(Mailbox::new(None, address))
            .message_id(Some(format!("<{}>", reminder.message_id)))
            .subject("A reminder from Accord")
            .singlepart(SinglePart::plain(self.what_is_due(reminder.due_tomorrow, reminder.late)))
            .map_err(|_| LetterFault::Build)
    }

    fn what_is_due(&self, tomorrow: i32, late: i32) -> String {
        let deadlines = |count: i32| if count == 1 { "1 deadline".to_owned() } else { format!("{count} deadlines") };
        let mut lines = Vec::new();
        if tomorrow > 0 {
            let is = if tomorrow == 1 { "is" } else { "are" };
            lines.push(format!("{} {is} due on the next working day.", deadlines(tomorrow)));
        }
        if late > 0 {
            let has = if late == 1 { "has" } else { "have" };
            lines.push(format!("{} {has} passed. If there is a reason, record it.", deadlines(late)));
        }
        format!(
            "{lines}\n\nSign in to see which:\n{base}/deadlines\n\nWhat is late is said again every week until it is done.\n\n{partnership}\n",
            lines = lines.join("\n"),
            base = self.base_url,
            partnership = self.partnership,
        )
    }

    fn professional(&self) -> String {
        format!(
            "The record of a meeting you were invited to has been agreed, locked and signed.\n\n\
             Your copy is attached. It is marked OFFICIAL-SENSITIVE: keep it in your agency's case record only, and do not \
             pass it on without the chair's consent.\n\n\
             You can also read it, and see whether it is the latest version, at\n{base}/meetings\n\n\
             If something in it is wrong, tell the chair of the meeting.\n\n{partnership}\n",
            base = self.base_url,
            partnership = self.partnership,
        )
    }

    fn invitation(&self, delivery: &Leased) -> String {
        format!(
            "{partnership} invites you to a meeting.\n\n\
             Sign in to see what it is about and when, to say whether you are coming, and to say what you need to take part:\n\
             {base}/meetings/{meeting}/before\n\n\
             If you did not expect this, or it is not safe for you to get it here, tell the worker you know, or ignore this \
             message. Nobody can see the meeting without signing in.\n",
            base = self.base_url,
            meeting = delivery.meeting_id,
            partnership = self.partnership,
        )
    }

    /// What goes into the calendar of somebody invited.
    pub(super) fn calendar_entry(&self, meeting: MeetingId, starts_at: i64, now: i64) -> Vec<u8> {
        let link = format!("{}/meetings/{meeting}/before", self.base_url);
        calendar_entry(meeting, &self.message_id_domain, &link, starts_at, now).into_bytes()
    }

    fn family(&self, token: &str) -> String {
        format!(
            "{partnership} has a document for you.\n\n\
             Open it here:\n{base}/copy/{token}\n\n\
             You need a code of 8 numbers. The worker you know will give it to you in another way: by phone or when you \
             meet.\n\n\
             If you want it on paper, in another language, or read to you, ask them.\n\n\
             If you did not expect this, or it is not safe for you to get it here, tell them, or ignore this message. \
             Nobody can open the document without the code.\n",
            base = self.base_url,
            partnership = self.partnership,
        )
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use minutes::ids::{DeliveryId, EditionId, PersonId};
    use uuid::Uuid;

    fn delivery(template: Template) -> Leased {
        Leased {
            id: DeliveryId(Uuid::from_u128(1)),
            meeting_id: MeetingId(Uuid::from_u128(2)),
            edition_id: (template != Template::Invitation).then(|| EditionId(Uuid::from_u128(3))),
            person_id: PersonId(Uuid::from_u128(4)),
            template,
            message_id: "abc@accord.invalid".into(),
            attempt: 1,
        }
    }

    fn wording() -> Wording {
        Wording {
            from: "Records <records@accord.invalid>".into(),
            partnership: "Northmoor".into(),
            base_url: "https://a.test".into(),
            message_id_domain: "accord.invalid".into(),
            link: Box::new(|_| "TOKEN".into()),
        }
    }

    #[test]
    fn a_familys_letter_has_a_link_and_nothing_else() {
        let letter = wording().letter(&delivery(Template::FamilyLink), Some("k@x.org"), None).unwrap();
        let text = String::from_utf8(letter.formatted()).unwrap();
        assert!(text.contains("https://a.test/copy/TOKEN") && text.contains("Message-ID: <abc@accord.invalid>"));
        for word in ["Kasia", "Nowak", "mother", "child", "core group", "application/pdf"] {
            assert!(!text.to_lowercase().contains(&word.to_lowercase()), "{word}");
        }
    }

    #[test]
    fn a_reminder_counts_and_says_where_to_look() {
        let reminder = |due_tomorrow, late| reminders::Leased {
            id: DeliveryId(Uuid::from_u128(1)),
            person_id: PersonId(Uuid::from_u128(4)),
            due_tomorrow,
            late,
            message_id: "abc@accord.invalid".into(),
            attempt: 1,
        };
        for (tomorrow, late, says) in [
            (1, 0, vec!["1 deadline is due on the next working day."]),
            (2, 1, vec!["2 deadlines are due", "1 deadline has passed"]),
            (0, 3, vec!["3 deadlines have passed"]),
        ] {
            let letter = wording().reminder(&reminder(tomorrow, late), Some("k@x.org")).unwrap();
            let text = String::from_utf8(letter.formatted()).unwrap();
            assert!(
                text.contains("Subject: A reminder from Accord") && text.contains("https://a.test/deadlines"),
                "{text}"
            );
            assert!(says.iter().all(|words| text.contains(words)), "{text}");
        }
        assert!(wording().reminder(&reminder(1, 0), None).is_err());
    }

    #[test]
    fn an_invitation_says_that_there_is_a_meeting_and_nothing_of_it() {
        let wording = wording();
        let entry = wording.calendar_entry(MeetingId(Uuid::from_u128(2)), 1_795_600_800_000, 1_795_600_000_000);
        for (enclosed, has_entry) in [(None, false), (Some(entry), true)] {
            let letter = wording.letter(&delivery(Template::Invitation), Some("k@x.org"), enclosed).unwrap();
            let text = String::from_utf8(letter.formatted()).unwrap();
            assert!(text.contains("Subject: You are invited to a meeting\r\n"), "{text}");
            assert!(text.contains("https://a.test/meetings/00000000-0000-0000-0000-000000000002/before"), "{text}");
            assert_eq!(text.contains("BEGIN:VCALENDAR") || text.contains("text/calendar"), has_entry, "{text}");
        }
    }

    #[test]
    fn an_address_with_a_line_break_is_a_fault_of_that_letter() {
        for bad in ["a@b.c\r\nBcc: d@e.f", "", "a b@c.d", "@"] {
            assert!(wording().letter(&delivery(Template::FamilyLink), Some(bad), None).is_err(), "{bad:?}");
        }
        assert!(wording().letter(&delivery(Template::FamilyLink), None, None).is_err());
    }
}
