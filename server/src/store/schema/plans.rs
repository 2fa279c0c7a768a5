//! The tables of deadlines and of plans after their lock.

use super::people;

diesel::table! {
    series (id) {
        id -> Text,
        state -> Text,
        opened_at -> BigInt,
        changed_at -> BigInt,
    }
}

diesel::table! {
    series_meetings (meeting_id) {
        meeting_id -> Text,
        series_id -> Text,
        previous_meeting -> Nullable<Text>,
    }
}

diesel::table! {
    plan_evaluations (meeting_id, action_id) {
        meeting_id -> Text,
        action_id -> Text,
        result -> Text,
        evidence -> Text,
        judged_at_meeting -> Text,
        by_person -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    plan_ends (id) {
        id -> Text,
        series_id -> Text,
        meeting_id -> Text,
        agency_id -> Text,
        state -> Text,
        reason -> Text,
        asked_by -> Text,
        asked_at -> BigInt,
        answer -> Text,
        answered_by -> Nullable<Text>,
        answered_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    clock_ticks (meeting_id, clock) {
        meeting_id -> Text,
        clock -> Text,
        done_on -> Text,
        by_person -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    late_reasons (n) {
        n -> BigInt,
        meeting_id -> Text,
        clock -> Text,
        reason -> Text,
        by_person -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    reminders (meeting_id, clock, stage) {
        meeting_id -> Text,
        clock -> Text,
        stage -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    reminder_letters (id) {
        id -> Text,
        person_id -> Text,
        due_tomorrow -> Integer,
        late -> Integer,
        state -> Text,
        message_id -> Nullable<Text>,
        attempts -> Integer,
        next_attempt_at -> BigInt,
        leased_until -> Nullable<BigInt>,
        last_detail -> Nullable<Text>,
        created_at -> BigInt,
        finished_at -> Nullable<BigInt>,
    }
}

diesel::joinable!(series_meetings -> series (series_id));
diesel::joinable!(plan_ends -> series (series_id));
diesel::joinable!(clock_ticks -> people (by_person));
diesel::joinable!(late_reasons -> people (by_person));
diesel::joinable!(plan_evaluations -> people (by_person));
