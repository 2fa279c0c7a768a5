//! The tables, as the migrations make them.

mod before_meeting;
mod in_the_room;
mod plans;

pub use before_meeting::*;
pub use in_the_room::*;
pub use plans::*;

diesel::table! {
    installation (name) {
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    agencies (id) {
        id -> Text,
        name -> Text,
        short_name -> Text,
        kind -> Text,
        secure_email -> Bool,
        filing_policy -> Text,
    }
}

diesel::table! {
    people (id) {
        id -> Text,
        name -> Text,
        role -> Text,
        title -> Text,
        agency_id -> Nullable<Text>,
        email -> Nullable<Text>,
        phone -> Nullable<Text>,
        address -> Nullable<Text>,
        password_hash -> Nullable<Text>,
        delivery -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    children (id) {
        id -> Text,
        name -> Text,
        date_of_birth -> Nullable<Text>,
        address -> Nullable<Text>,
    }
}

diesel::table! {
    child_statuses (child_id) {
        child_id -> Text,
        plan_since -> Text,
        looked_after_since -> Text,
        closed_since -> Text,
        set_by -> Text,
        set_at -> BigInt,
    }
}

diesel::table! {
    attachments (id) {
        id -> Text,
        meeting_id -> Text,
        document_id -> Text,
        title -> Text,
        form -> Text,
        size -> BigInt,
        sha256 -> Text,
        bytes -> Binary,
        added_by -> Text,
        added_at -> BigInt,
    }
}

diesel::table! {
    case_records (id) {
        id -> Text,
        agency_id -> Text,
        child_id -> Text,
        opened_at -> BigInt,
    }
}

diesel::table! {
    sessions (id) {
        id -> Text,
        person_id -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
        ended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    sign_in_failures (n) {
        n -> BigInt,
        email_sha256 -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    meetings (id) {
        id -> Text,
        kind -> Text,
        title -> Text,
        starts_at -> BigInt,
        place -> Text,
        rule_pack -> Text,
        sections_json -> Text,
        state -> Text,
        created_at -> BigInt,
        created_by -> Text,
        locked_at -> Nullable<BigInt>,
        locked_by -> Nullable<Text>,
        rule_pack_json -> Text,
    }
}

diesel::table! {
    log_leaves (n) {
        n -> BigInt,
        record_id -> Text,
        leaf_hash -> Text,
        peaks -> Text,
        checkpoint -> Text,
        seal -> Text,
        added_at -> BigInt,
    }
}

diesel::table! {
    meeting_children (meeting_id, child_id) {
        meeting_id -> Text,
        child_id -> Text,
        pos -> Integer,
    }
}

diesel::table! {
    seats (meeting_id, person_id) {
        meeting_id -> Text,
        person_id -> Text,
        role -> Text,
        title -> Text,
        agency_id -> Nullable<Text>,
        pos -> Integer,
        removed_at -> Nullable<BigInt>,
        changed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    sync_tickets (token_sha256) {
        token_sha256 -> Text,
        session_id -> Text,
        meeting_id -> Text,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    documents (id) {
        id -> Text,
        meeting_id -> Text,
        part -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    snapshots (document_id) {
        document_id -> Text,
        change_count -> BigInt,
        heads -> Binary,
        document -> Binary,
        gate_index -> Binary,
        hashes -> Binary,
        created_at -> BigInt,
    }
}

diesel::table! {
    actors (document_id, actor) {
        document_id -> Text,
        actor -> Binary,
        person_id -> Text,
        session_id -> Text,
        first_seen -> BigInt,
    }
}

diesel::table! {
    changes (document_id, n) {
        document_id -> Text,
        n -> BigInt,
        count -> BigInt,
        received_at -> BigInt,
        bytes -> Binary,
    }
}

diesel::table! {
    late_contributions (id) {
        id -> Text,
        meeting_id -> Text,
        document_id -> Text,
        person_id -> Nullable<Text>,
        received_at -> BigInt,
        bytes -> Binary,
    }
}

diesel::table! {
    records (id) {
        id -> Text,
        meeting_id -> Text,
        version -> Integer,
        canonical -> Binary,
        sha256 -> Text,
        signature -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    editions (id) {
        id -> Text,
        record_id -> Text,
        meeting_id -> Text,
        kind -> Text,
        signed_json -> Binary,
        pdf -> Binary,
        pdf_sha256 -> Text,
        json_sha256 -> Text,
        created_at -> BigInt,
        part -> Nullable<Text>,
    }
}

diesel::table! {
    closed_sessions (document_id) {
        document_id -> Text,
        meeting_id -> Text,
        number -> Integer,
        ground -> Text,
        reason -> Text,
        told -> Bool,
        opened_at -> BigInt,
        opened_by -> Text,
        ended_at -> Nullable<BigInt>,
        revision -> BigInt,
        changed_at -> BigInt,
    }
}

diesel::table! {
    part_readers (document_id, person_id) {
        document_id -> Text,
        person_id -> Text,
        named_at -> BigInt,
        named_by -> Text,
        left_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    blind_rounds (id) {
        id -> Text,
        meeting_id -> Text,
        document_id -> Text,
        child_id -> Text,
        question -> Text,
        asked_at -> BigInt,
        asked_by -> Text,
        revealed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    blind_answers (round_id, person_id) {
        round_id -> Text,
        person_id -> Text,
        pos -> Integer,
        scale -> Nullable<Integer>,
        view -> Text,
        recorded_by -> Nullable<Text>,
        answered_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    deliveries (id) {
        id -> Text,
        meeting_id -> Text,
        edition_id -> Nullable<Text>,
        person_id -> Text,
        channel -> Text,
        template -> Text,
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

diesel::table! {
    delivery_attempts (delivery_id, attempt) {
        delivery_id -> Text,
        attempt -> Integer,
        at -> BigInt,
        outcome -> Text,
        detail -> Text,
    }
}

diesel::table! {
    family_links (token_sha256) {
        token_sha256 -> Text,
        delivery_id -> Text,
        person_id -> Text,
        edition_id -> Text,
        expires_at -> BigInt,
        failed_tries -> Integer,
        opened_at -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    filings (id) {
        id -> Text,
        case_record_id -> Text,
        edition_id -> Text,
        meeting_id -> Text,
        sha256 -> Text,
        receipt_json -> Text,
        filed_at -> BigInt,
    }
}

diesel::table! {
    disclosures (n) {
        n -> BigInt,
        meeting_id -> Text,
        edition_id -> Text,
        person_id -> Nullable<Text>,
        how -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    audit (n) {
        n -> BigInt,
        at -> BigInt,
        person_id -> Nullable<Text>,
        session_id -> Nullable<Text>,
        action -> Text,
        subject -> Text,
        detail_json -> Text,
    }
}

diesel::table! {
    health_probe (id) {
        id -> Integer,
        at -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query! {
    actors, agencies, agenda_items, agreed_sections, attachments, audit, blind_answers, blind_rounds, case_records,
    changes, child_statuses, children, clock_ticks, closed_sessions, communication_needs, deliveries,
    delivery_attempts, disclosures, documents, editions, family_links, filings, health_probe, installation,
    invitations, late_contributions, late_reasons, log_leaves, meeting_children, meetings, part_readers, people,
    plan_ends, plan_evaluations, private_requests, read_answers, read_decisions, records, reminder_letters,
    reminders, report_sharings, reports, rooms, seats, series, series_meetings, sessions, sign_in_failures,
    snapshots, sync_tickets,
}

diesel::joinable!(closed_sessions -> documents (document_id));
diesel::joinable!(deliveries -> editions (edition_id));
diesel::joinable!(deliveries -> people (person_id));
diesel::joinable!(documents -> meetings (meeting_id));
diesel::joinable!(editions -> records (record_id));
diesel::joinable!(filings -> case_records (case_record_id));
diesel::joinable!(filings -> editions (edition_id));
diesel::joinable!(filings -> meetings (meeting_id));
diesel::joinable!(log_leaves -> records (record_id));
diesel::joinable!(meeting_children -> children (child_id));
diesel::joinable!(meeting_children -> meetings (meeting_id));
diesel::joinable!(report_sharings -> reports (report_id));
diesel::joinable!(seats -> agencies (agency_id));
diesel::joinable!(seats -> meetings (meeting_id));
diesel::joinable!(seats -> people (person_id));
diesel::joinable!(sessions -> people (person_id));
diesel::joinable!(case_records -> agencies (agency_id));
diesel::joinable!(case_records -> children (child_id));
