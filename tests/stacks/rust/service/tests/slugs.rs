#[test]
fn reserved_words_are_lower_case() {
    for word in ["api", "health"] {
        assert_eq!(word, word.to_lowercase());
    }
}
