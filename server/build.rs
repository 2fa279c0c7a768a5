//! The client's files are carried inside the program: building them later must build this again.

fn main() {
    println!("cargo::rerun-if-changed=../client/dist");
}
