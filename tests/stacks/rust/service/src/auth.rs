use argon2::{
    password_hash::{rand_core::OsRng, PasswordHash, PasswordHasher, PasswordVerifier, SaltString},
    Argon2,
};
use axum::{
    async_trait,
    extract::FromRequestParts,
    http::{header::AUTHORIZATION, request::Parts},
};
use jsonwebtoken::{decode, encode, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::{error::ApiError, AppState};

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: i64,
    exp: i64,
}

/// Whoever sent the request; a handler that takes it answers 401 without a valid token.
pub struct Caller(pub i64);

#[async_trait]
impl FromRequestParts<AppState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let token = parts
            .headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or(ApiError::Unauthorized)?;
        let key = DecodingKey::from_secret(state.config.jwt_secret.as_bytes());
        decode::<Claims>(token, &key, &Validation::default())
            .map(|data| Caller(data.claims.sub))
            .map_err(|_| ApiError::Unauthorized)
    }
}

pub fn issue(secret: &str, account_id: i64) -> String {
    let exp = (chrono::Utc::now() + chrono::Duration::hours(24)).timestamp();
    let claims = Claims { sub: account_id, exp };
    encode(&Header::default(), &claims, &EncodingKey::from_secret(secret.as_bytes()))
        .expect("a token can be signed")
}

pub fn hash_password(plain: &str) -> String {
    let salt = SaltString::generate(&mut OsRng);
    Argon2::default().hash_password(plain.as_bytes(), &salt).expect("hashing").to_string()
}

pub fn verify_password(hash: &str, plain: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|parsed| Argon2::default().verify_password(plain.as_bytes(), &parsed).is_ok())
}
