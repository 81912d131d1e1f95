//! The Sift machine: a compiler to flat ops and a stepping evaluator that pays fuel for everything.
