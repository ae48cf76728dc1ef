// server/config/suggestion.h
#pragma once
// Finds the word that somebody probably meant.

#include <string>
#include <string_view>
#include <vector>

namespace xinpu::server {

/// The word of `known` with the fewest edits (insert, delete, replace, swap two neighbours) to `typed`, the
/// first one of several; empty if none is near: at most a third of the longer word's letters differ.
std::string closestWord(std::string_view typed, const std::vector<std::string>& known);

}  // namespace xinpu::server
