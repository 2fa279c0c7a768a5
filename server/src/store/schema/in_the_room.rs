//! The tables of what stands beside the documents while people meet.

diesel::table! {
    rooms (meeting_id) {
        meeting_id -> Text,
        spotlight -> Text,
        timer_ends_at -> Nullable<BigInt>,
        quorum_course -> Nullable<Text>,
        quorum_reason -> Text,
        quorum_reset_on -> Text,
        quorum_at -> Nullable<BigInt>,
        quorum_by -> Nullable<Text>,
    }
}

diesel::table! {
    agreed_sections (meeting_id, section) {
        meeting_id -> Text,
        section -> Text,
        agreed_at -> BigInt,
        agreed_by -> Text,
    }
}

diesel::table! {
    read_decisions (meeting_id, decision_id) {
        meeting_id -> Text,
        decision_id -> Text,
        pos -> Integer,
        child_id -> Text,
        words -> Text,
        read_at -> BigInt,
    }
}

diesel::table! {
    read_answers (meeting_id, decision_id, person_id) {
        meeting_id -> Text,
        decision_id -> Text,
        person_id -> Text,
        position -> Text,
        note -> Text,
        recorded_by -> Nullable<Text>,
        answered_at -> BigInt,
    }
}
