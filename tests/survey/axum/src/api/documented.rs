use utoipa_axum::{router::OpenApiRouter, routes};

pub fn router() -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(list_tags, create_tag))
        .nest("/v3", OpenApiRouter::new().routes(routes!(show_tag)))
}

#[utoipa::path(get, path = "/tags", responses((status = 200, body = [Tag])))]
async fn list_tags() {}

/// Makes a tag.
#[utoipa::path(
    post,
    path = "/tags",
    request_body = Tag,
)]
async fn create_tag() {}

#[utoipa::path(method(get, head), path = "/tags/{id}")]
async fn show_tag() {}

#[utoipa::path(delete, path = "/tags/{id}")]
async fn never_registered() {}
