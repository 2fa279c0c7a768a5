//! The pages people see: handlers fill a view and answer with it.

pub mod views;

use actix_web::web::ServiceConfig;

pub fn routes(_config: &mut ServiceConfig) {}
