// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "role"))]
    pub struct Role;
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Role;

    /// People who sign in, with a { in the comment.
    users (id) {
        /// Its key.
        id -> Int4,
        #[max_length = 255]
        name -> Varchar,
        bio -> Nullable<Text>,
        role -> Nullable<Array<Nullable<Role>>>,
        #[sql_name = "type"]
        kind -> crate::schema::sql_types::Kind,
    }
}

diesel::table! {
    #[sql_name = "post_tags"]
    tagged (post_id, tag) {
        post_id -> Int8,
        tag -> Text,
    }
}

table! {
    blog.posts {
        id -> Int8,
        user_id -> Int4,
        title -> Text,
    }
}

diesel::joinable!(posts -> users (user_id));
diesel::joinable!(tagged -> posts (post_id));
diesel::allow_tables_to_appear_in_same_query!(users, tagged, posts,);
