use std::env;

#[derive(Clone)]
pub struct Config {
    pub database_url: String,
    pub listen: String,
    pub jwt_secret: String,
}

impl Config {
    pub fn from_env() -> Self {
        Self {
            database_url: env::var("DATABASE_URL").expect("DATABASE_URL is required"),
            listen: env::var("SHORTLY_LISTEN").unwrap_or_else(|_| "0.0.0.0:3000".into()),
            jwt_secret: env::var("SHORTLY_JWT_SECRET").unwrap_or_else(|_| "change-me".into()),
        }
    }
}
