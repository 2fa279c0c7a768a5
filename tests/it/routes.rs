//! Every route of the API is closed to strangers and to the wrong people, the next one that somebody adds included:
//! the list is the server's own description of itself.

use serde_json::{Value, json};
use tests::http::{Actor, Answer};

use crate::cast::Cast;

/// Open to the whole world, on purpose.
const PUBLIC: &[(&str, &str)] = &[
    ("get", "/healthz"),
    ("get", "/readyz"),
    ("get", "/metrics"),
    ("get", "/api/v1/openapi.json"),
    ("get", "/api/v1/log/checkpoint"),
    ("get", "/api/v1/log/key"),
    ("get", "/api/v1/log/consistency"),
    ("get", "/api/v1/log/leaves/{leaf_hash}"),
    ("post", "/api/v1/session"),
];

/// Of the one who asks, whoever that is: nobody else's to be refused.
const ONES_OWN: &[(&str, &str)] = &[
    ("get", "/api/v1/session"),
    ("delete", "/api/v1/session"),
    ("get", "/api/v1/meeting-kinds"),
    ("get", "/api/v1/meetings"),
    ("post", "/api/v1/meetings"),
];

struct Route {
    method: String,
    path: String,
}

impl Route {
    fn is_in(&self, list: &[(&str, &str)]) -> bool {
        list.contains(&(self.method.as_str(), self.path.as_str()))
    }

    /// Asks with ids of things that exist and are not the outsider's.
    async fn ask(&self, actor: &Actor, cast: &Cast) -> Answer {
        let agency = cast.police.person().agency_id();
        let id = if self.path.starts_with("/api/v1/agencies") { agency } else { &cast.meeting.id };
        let path: Vec<&str> = self.path.split('/').collect();
        let path: Vec<String> = path
            .iter()
            .map(|segment| match (segment.find('{'), segment.find('}')) {
                (Some(start), Some(end)) => format!("{}{id}{}", &segment[..start], &segment[end + 1..]),
                _ => (*segment).to_owned(),
            })
            .collect();
        let method = self.method.to_uppercase().parse().expect("an HTTP method");
        actor.ask(method, &path.join("/"), &json!({})).await
    }
}

fn routes(openapi: &Value) -> Vec<Route> {
    let paths = openapi["paths"].as_object().expect("the description lists paths");
    let mut routes = Vec::new();
    for (path, methods) in paths {
        for method in methods.as_object().expect("a path lists methods").keys() {
            if ["get", "post", "put", "patch", "delete"].contains(&method.as_str()) {
                routes.push(Route { method: method.clone(), path: path.clone() });
            }
        }
    }
    routes
}

#[tokio::test]
async fn every_route_refuses_strangers_and_hides_from_outsiders() {
    let cast = Cast::assemble().await;
    let openapi = cast.stranger.get("/api/v1/openapi.json").await.expect_success().json();
    let routes = routes(&openapi);
    assert!(routes.len() > PUBLIC.len(), "the description is too short to be true");
    let mut faults = Vec::new();
    for route in routes.iter().filter(|route| !route.is_in(PUBLIC)) {
        let stranger = route.ask(&cast.stranger, &cast).await.status;
        if stranger != 401 {
            faults.push(format!("{} {}: a stranger gets {stranger}", route.method, route.path));
        }
        if !route.is_in(ONES_OWN) {
            let outsider = route.ask(&cast.outsider, &cast).await.status;
            if outsider != 404 {
                faults.push(format!("{} {}: an outsider gets {outsider}", route.method, route.path));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_routes_are_read_from_the_description() {
    let openapi =
        json!({ "paths": { "/a/{id}.pdf": { "get": {}, "parameters": [] }, "/b": { "post": {}, "get": {} } } });
    let found: Vec<String> = routes(&openapi).iter().map(|route| format!("{} {}", route.method, route.path)).collect();
    assert_eq!(found, ["get /a/{id}.pdf", "get /b", "post /b"]);
}
