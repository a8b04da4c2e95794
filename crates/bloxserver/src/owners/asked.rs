use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// Questions to the database that many ask at once.
///
/// Who asks while an answer is on its way waits for the next one, which is then for all of them: nobody is told what
/// was read before they asked, and a crowd costs one question at a time.
#[derive(Debug)]
pub(super) struct Asked<K, A>(Arc<Mutex<HashMap<K, Vec<oneshot::Sender<A>>>>>);

impl<K, A> Clone for Asked<K, A> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K, A> Default for Asked<K, A> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K: Copy + Eq + Hash + Send + 'static, A: Clone + Send + 'static> Asked<K, A> {
    /// The answer of a question that `ask` puts after this call; `None` when the program ends.
    pub(super) async fn answer<F>(&self, key: K, ask: impl Fn() -> F + Send + 'static) -> Option<A>
    where
        F: Future<Output = A> + Send + 'static,
    {
        let (sender, answer) = oneshot::channel();
        let is_first = {
            let mut asked = self.lock();
            let is_first = !asked.contains_key(&key);
            asked.entry(key).or_default().push(sender);
            is_first
        };
        if is_first {
            // Whoever asked first may go away; the others still wait.
            tokio::spawn(self.clone().serve(key, ask));
        }
        answer.await.ok()
    }

    async fn serve<F: Future<Output = A>>(self, key: K, ask: impl Fn() -> F) {
        while let Some(waiting) = self.next(key) {
            let answer = ask().await;
            for one in waiting {
                // Whoever does not wait any more is told nothing.
                let _ = one.send(answer.clone());
            }
        }
    }

    /// Those who wait now; nobody is being served any more when there are none.
    fn next(&self, key: K) -> Option<Vec<oneshot::Sender<A>>> {
        let mut asked = self.lock();
        let waiting = asked.get_mut(&key).map(std::mem::take).filter(|waiting| !waiting.is_empty());
        if waiting.is_none() {
            asked.remove(&key);
        }
        waiting
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, Vec<oneshot::Sender<A>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use futures::future::join_all;
    use tokio::sync::Semaphore;

    use super::*;

    #[tokio::test]
    async fn a_crowd_is_answered_by_the_question_after_the_one_on_its_way() {
        let asked: Asked<u8, u32> = Asked::default();
        let (questions, gate) = (Arc::new(AtomicU32::new(0)), Arc::new(Semaphore::new(0)));
        let ask = {
            let (questions, gate) = (Arc::clone(&questions), Arc::clone(&gate));
            move || {
                let (number, gate) = (questions.fetch_add(1, Ordering::SeqCst), Arc::clone(&gate));
                async move {
                    gate.acquire().await.unwrap().forget();
                    number
                }
            }
        };
        let first = tokio::spawn({
            let (asked, ask) = (asked.clone(), ask.clone());
            async move { asked.answer(1, ask).await }
        });
        while questions.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        let crowd = join_all((0..50).map(|_| asked.answer(1, ask.clone())));
        let (crowd, ()) = tokio::join!(crowd, async {
            tokio::task::yield_now().await;
            gate.add_permits(2);
        });
        assert_eq!(first.await.unwrap(), Some(0));
        assert_eq!(crowd, vec![Some(1); 50]);
        assert_eq!(questions.load(Ordering::SeqCst), 2);
        assert!(asked.lock().is_empty());
    }

    #[tokio::test]
    async fn different_questions_do_not_wait_for_each_other() {
        let asked: Asked<u8, u8> = Asked::default();
        let never = asked.clone();
        let waits = tokio::spawn(async move { never.answer(1, std::future::pending).await });
        tokio::task::yield_now().await;
        assert_eq!(asked.answer(2, || async { 7 }).await, Some(7));
        waits.abort();
    }
}
