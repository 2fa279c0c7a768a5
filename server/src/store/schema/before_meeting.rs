//! The tables of what comes before a meeting.

diesel::table! {
    invitations (meeting_id, person_id) {
        meeting_id -> Text,
        person_id -> Text,
        sent_at -> Nullable<BigInt>,
        answer -> Nullable<Text>,
        note -> Text,
        answered_at -> Nullable<BigInt>,
        answered_by -> Nullable<Text>,
    }
}

diesel::table! {
    communication_needs (person_id) {
        person_id -> Text,
        needs -> Text,
        interpreter -> Text,
        advocate -> Text,
        told_at -> BigInt,
        told_by -> Text,
    }
}

diesel::table! {
    agenda_items (id) {
        id -> Text,
        meeting_id -> Text,
        proposed_by -> Text,
        item -> Text,
        proposed_at -> BigInt,
        ruling -> Nullable<Text>,
        reason -> Text,
        ruled_by -> Nullable<Text>,
        ruled_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    private_requests (id) {
        id -> Text,
        meeting_id -> Text,
        kind -> Text,
        asked_by -> Text,
        concerns -> Nullable<Text>,
        ground -> Text,
        words -> Text,
        asked_at -> BigInt,
        ruling -> Nullable<Text>,
        reason -> Text,
        ruled_by -> Nullable<Text>,
        ruled_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    reports (id) {
        id -> Text,
        meeting_id -> Text,
        author -> Text,
        section -> Text,
        asked_by -> Text,
        asked_at -> BigInt,
        due_on -> Text,
        nature -> Nullable<Text>,
        words -> Text,
        received_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    report_sharings (id) {
        id -> Text,
        report_id -> Text,
        shared -> Bool,
        shared_on -> Text,
        how -> Text,
        told_by -> Text,
        told_at -> BigInt,
    }
}
