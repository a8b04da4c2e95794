//! How like two texts are, as a number from 0 to 1.

use std::collections::BTreeMap;

/// A text as a direction; of length 1.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Vector {
    /// Its trigrams: how often each stands in the words, in order. It knows spelling and not meaning.
    Words(Vec<(u64, f32)>),
    /// As a model of embeddings gave it.
    Embedded(Vec<f32>),
}

/// From which similarity on an answer is given again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Threshold(u16);

impl Threshold {
    /// The least that may be asked for: below, texts have little in common.
    pub const LEAST: f64 = 0.5;

    /// A threshold from 0.5 to 1, in thousandths.
    pub fn new(similarity: f64) -> Option<Self> {
        let is_within = (Self::LEAST..=1.0).contains(&similarity);
        is_within.then(|| Self((similarity * 1_000.0).ceil() as u16))
    }

    pub(crate) fn admits(self, similarity: f32) -> bool {
        // Rounding may take a little from texts that are the same.
        similarity + 1e-5 >= f32::from(self.0) / 1_000.0
    }
}

impl Vector {
    /// A text by the trigrams of its words, without case and punctuation.
    pub(crate) fn of_words(text: &str) -> Self {
        let mut counts: BTreeMap<u64, f32> = BTreeMap::new();
        for word in words(text) {
            let letters: Vec<char> = [' '].into_iter().chain(word.chars()).chain([' ']).collect();
            for three in letters.windows(3) {
                // A character has 21 bits.
                let trigram = three.iter().fold(0, |sum, letter| (sum << 21) | u64::from(u32::from(*letter)));
                *counts.entry(trigram).or_default() += 1.0;
            }
        }
        let length = counts.values().map(|count| count * count).sum::<f32>().sqrt();
        Self::Words(counts.into_iter().map(|(trigram, count)| (trigram, count / length)).collect())
    }

    /// What a model gave; none when it points nowhere.
    pub(crate) fn of_embedding(mut numbers: Vec<f32>) -> Option<Self> {
        let length = numbers.iter().map(|number| number * number).sum::<f32>().sqrt();
        (length.is_finite() && length > 0.0).then(|| {
            numbers.iter_mut().for_each(|number| *number /= length);
            Self::Embedded(numbers)
        })
    }

    /// The cosine of the angle between two; 0 where they are not comparable.
    pub(crate) fn similarity(&self, other: &Self) -> f32 {
        let cosine = match (self, other) {
            (Self::Words(a), Self::Words(b)) => sparse(a, b),
            (Self::Embedded(a), Self::Embedded(b)) if a.len() == b.len() => {
                a.iter().zip(b).map(|(a, b)| a * b).sum()
            }
            _ => 0.0,
        };
        cosine.clamp(0.0, 1.0)
    }

    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Words(trigrams) => size_of_val(trigrams.as_slice()),
            Self::Embedded(numbers) => size_of_val(numbers.as_slice()),
        }
    }
}

/// What has to be the same in two texts that are compared by their words: numbers, and signs that have a meaning.
///
/// The trigrams hardly tell 41 from 42, `<` from `>` or C from C++; whoever asks means the one.
pub(crate) fn exact_words(text: &str) -> String {
    let mut exact = String::new();
    for word in text.split_whitespace() {
        let word = word.trim_matches(|letter: char| is_punctuation(letter));
        if word.chars().any(|letter| !letter.is_alphabetic() && !is_punctuation(letter)) {
            exact.push_str(&word.to_lowercase());
            exact.push(' ');
        }
    }
    exact
}

fn is_punctuation(letter: char) -> bool {
    matches!(
        letter,
        '.' | ','
            | ';'
            | ':'
            | '!'
            | '?'
            | '\''
            | '"'
            | '('
            | ')'
            | '-'
            | '…'
            | '„'
            | '“'
            | '”'
            | '’'
            | '«'
            | '»'
    )
}

fn words(text: &str) -> impl Iterator<Item = String> {
    let parts = text.split(|letter: char| !letter.is_alphanumeric());
    parts.filter(|word| !word.is_empty()).map(str::to_lowercase)
}

fn sparse(a: &[(u64, f32)], b: &[(u64, f32)]) -> f32 {
    let (mut at, mut sum) = (0, 0.0);
    for (trigram, weight) in a {
        while b.get(at).is_some_and(|(other, _)| other < trigram) {
            at += 1;
        }
        if let Some((other, other_weight)) = b.get(at)
            && other == trigram
        {
            sum += weight * other_weight;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(a: &str, b: &str) -> f32 {
        Vector::of_words(a).similarity(&Vector::of_words(b))
    }

    #[test]
    fn case_and_punctuation_are_nothing_and_words_are_much() {
        let asked = "How do I reset my password?";
        assert!(of(asked, "how do i reset my PASSWORD") > 0.999);
        let (near, far, other) = (
            of(asked, "How do I reset my passwords?"),
            of(asked, "How do I change my e-mail?"),
            of(asked, "Who won?"),
        );
        assert!(near > 0.9 && near < 0.999 && far < 0.6 && other < 0.1, "{near} {far} {other}");
        assert!(of("capital of France", "capital of Spain") < 0.8);
        assert_eq!(of("", ""), 0.0);
    }

    #[test]
    fn numbers_and_signs_are_told_apart() {
        for (a, b) in
            [("is 41 prime?", "is 42 prime?"), ("learn C", "learn C++"), ("a < b", "a > b"), ("-5", "–5")]
        {
            assert_ne!(exact_words(a), exact_words(b), "{a}");
        }
        assert_eq!(exact_words("Is 41 prime?"), exact_words("(41) is prime!"));
        assert_eq!(exact_words("Who is it? She's here."), "");
    }

    #[test]
    fn a_threshold_is_within_its_bounds_and_in_thousandths() {
        assert!(
            Threshold::new(0.49).is_none()
                && Threshold::new(1.01).is_none()
                && Threshold::new(f64::NAN).is_none()
        );
        let threshold = Threshold::new(0.95).unwrap();
        assert!(threshold.admits(0.95) && threshold.admits(1.0) && !threshold.admits(0.949));
    }

    #[test]
    fn an_embedding_is_compared_with_its_like_alone() {
        let embedded = |numbers: &[f32]| Vector::of_embedding(numbers.to_vec()).unwrap();
        assert!(embedded(&[3.0, 4.0]).similarity(&embedded(&[6.0, 8.0])) > 0.999);
        assert_eq!(embedded(&[1.0, 0.0]).similarity(&embedded(&[0.0, 1.0])), 0.0);
        assert_eq!(embedded(&[1.0]).similarity(&embedded(&[1.0, 0.0])), 0.0);
        assert_eq!(embedded(&[1.0]).similarity(&Vector::of_words("one")), 0.0);
        assert!(
            Vector::of_embedding(vec![0.0; 4]).is_none() && Vector::of_embedding(vec![f32::NAN]).is_none()
        );
    }

    proptest! {
        #[test]
        fn any_texts_are_compared_both_ways_alike(a: String, b: String) {
            let (there, back) = (of(&a, &b), of(&b, &a));
            prop_assert!((there - back).abs() < 1e-4 && (0.0..=1.0).contains(&there));
            prop_assert!(words(&a).next().is_none() || of(&a, &a) > 0.999);
        }
    }
}
