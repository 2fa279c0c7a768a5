//! How a child stands: plan, care, case.

use askama::Template;

use super::form::{Errors, TypedDate};
use super::frame::Frame;

#[derive(Debug, Template)]
#[template(path = "child_status.html")]
pub struct ChildStatusPage {
    pub frame: Frame,
    pub meeting_id: String,
    pub child: String,
    pub name: String,
    pub plan: TypedDate,
    pub looked_after: TypedDate,
    pub closed: TypedDate,
    pub errors: Errors,
}
