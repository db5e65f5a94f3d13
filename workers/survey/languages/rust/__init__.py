"""Rust: routes of axum, Actix Web and Rocket; tables of Diesel and SeaORM."""
