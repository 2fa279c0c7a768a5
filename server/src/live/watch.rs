//! Revocation from anywhere: sessions that ended, seats and closed sessions that changed in another process, or by hand in
//! the database, reach the connections held here. Whoever does it in this process tells at once; this finds out within the second.

use std::collections::HashSet;
use std::time::Duration;

use minutes::access::Standing;
use tokio::sync::watch::Receiver;
use tokio::time::MissedTickBehavior;

use super::Live;
use crate::clock::Clock;
use crate::store::revocations::{self, ChangedSeat, ChangedSession, EndedSession, Lately};
use crate::store::{Store, StoreError};

/// The promise is a second, from the commit elsewhere to the closing here.
const EVERY: Duration = Duration::from_millis(400);

/// How far each look reaches back beyond the last one. A row carries the time at which its transaction began, by the
/// clock of the machine that wrote it: it may come to light late, and that clock may be slow.
const OVERLAP: i64 = 30 * 1000;

/// Looks every so often until it is told to stop.
pub async fn run(store: Store, clock: Clock, live: Live, mut stop: Receiver<bool>) {
    let mut watch = Watch { seen_at: clock.now(), told: HashSet::new() };
    let mut tick = tokio::time::interval(EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut failing = false;
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            _ = stop.changed() => return,
        }
        let now = clock.now();
        let since = watch.since();
        match store.read(move |conn| revocations::since(conn, since)).await {
            Ok(lately) => {
                for news in watch.news(lately, now) {
                    tell(&live, news);
                }
                failing = false;
            }
            // Said once: the look after the next success reaches back over all that was missed.
            Err(error) if !failing => {
                failing = true;
                let error: &StoreError = &error;
                tracing::error!(
                    error = error as &dyn std::error::Error,
                    "ended sessions and changed seats can't be read"
                );
            }
            Err(_) => {}
        }
    }
}

/// Saying something twice does no harm; not saying it does.
fn tell(live: &Live, news: News) {
    match news {
        News::Session(ended) => live.end_session(ended.id),
        News::Seat(seat) => {
            let standing = if seat.removed_at.is_some() { Standing::Removed } else { Standing::Seated(seat.role) };
            live.change_standing(seat.meeting, seat.person, standing);
        }
        News::Closed(session) => live.parts_changed(session.meeting),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum News {
    Session(EndedSession),
    Seat(ChangedSeat),
    Closed(ChangedSession),
}

impl News {
    const fn at(&self) -> i64 {
        match self {
            Self::Session(ended) => ended.ended_at,
            Self::Seat(seat) => seat.changed_at,
            Self::Closed(session) => session.changed_at,
        }
    }
}

/// How far it has looked, and what it has told of that.
struct Watch {
    seen_at: i64,
    told: HashSet<News>,
}

impl Watch {
    const fn since(&self) -> i64 {
        self.seen_at - OVERLAP
    }

    /// What was found and not told before. `now` is when the look began.
    fn news(&mut self, found: Lately, now: i64) -> Vec<News> {
        let sessions = found.ended_sessions.into_iter().map(News::Session);
        let seats = found.changed_seats.into_iter().map(News::Seat);
        let closed = found.changed_sessions.into_iter().map(News::Closed);
        let news: Vec<News> = sessions.chain(seats).chain(closed).filter(|one| self.told.insert(*one)).collect();
        self.seen_at = self.seen_at.max(now);
        let since = self.since();
        // What the next look no longer finds need not be remembered.
        self.told.retain(|one| one.at() > since);
        news
    }
}

#[cfg(test)]
mod tests {
    use minutes::ids::SessionId;
    use uuid::Uuid;

    use super::*;

    fn ended(n: u128, ended_at: i64) -> EndedSession {
        EndedSession { id: SessionId(Uuid::from_u128(n)), ended_at }
    }

    fn found(sessions: &[EndedSession]) -> Lately {
        Lately { ended_sessions: sessions.to_vec(), ..Lately::default() }
    }

    #[test]
    fn each_is_told_once_and_forgotten_only_when_it_is_found_no_more() {
        let mut watch = Watch { seen_at: 100_000, told: HashSet::new() };
        // By a clock that is slow by nearly the overlap, and by one that is fast.
        let (slow, fast) = (ended(1, 100_000 - OVERLAP + 1), ended(2, 170_000));
        assert!(slow.ended_at > watch.since());
        assert_eq!(watch.news(found(&[slow, fast]), 100_000).len(), 2);
        assert!(slow.ended_at > watch.since(), "the next look finds it again");
        assert_eq!(watch.news(found(&[slow, fast]), 100_400), []);
        // The one from the future is found for a long time yet, and not told again.
        for now in [120_000, 150_000, 190_000] {
            assert!(fast.ended_at > watch.since());
            assert_eq!(watch.news(found(&[fast]), now), []);
        }
        assert_eq!(watch.news(Lately::default(), 250_000), []);
        assert!(watch.told.is_empty(), "nothing is remembered for ever");
    }

    #[test]
    fn a_look_after_a_long_silence_reaches_back_over_it() {
        let mut watch = Watch { seen_at: 100_000, told: HashSet::new() };
        let silent = ended(1, 130_000);
        assert!(silent.ended_at > watch.since());
        assert_eq!(watch.news(found(&[silent]), 900_000), [News::Session(silent)]);
    }

    #[test]
    fn a_clock_set_back_makes_it_look_no_later() {
        let mut watch = Watch { seen_at: 100_000, told: HashSet::new() };
        watch.news(Lately::default(), 50_000);
        assert_eq!(watch.since(), 100_000 - OVERLAP);
    }
}
