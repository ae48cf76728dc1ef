// server/config/suggestion.cpp
// Optimal string alignment distance over the few words of a command or file.
#include "server/config/suggestion.h"

#include <algorithm>

namespace xinpu::server {
namespace {

std::size_t editsBetween(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> edits(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) {
        for (std::size_t j = 0; j <= b.size(); ++j) {
            if (i == 0 || j == 0) {
                edits[i][j] = i + j;
                continue;
            }
            const std::size_t replace = edits[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            edits[i][j] = std::min({edits[i - 1][j] + 1, edits[i][j - 1] + 1, replace});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                edits[i][j] = std::min(edits[i][j], edits[i - 2][j - 2] + 1);
            }
        }
    }
    return edits[a.size()][b.size()];
}

}  // namespace

std::string closestWord(std::string_view typed, const std::vector<std::string>& known) {
    constexpr std::size_t kTypedMax = 64;  // the table grows with the product of the lengths
    std::string closest;
    std::size_t fewest = 0;
    if (typed.size() > kTypedMax) {
        return closest;
    }
    for (const std::string& word : known) {
        const std::size_t edits = editsBetween(typed, word);
        const bool near = edits * 3 <= std::max(typed.size(), word.size());
        if (near && (closest.empty() || edits < fewest)) {
            closest = word;
            fewest = edits;
        }
    }
    return closest;
}

}  // namespace xinpu::server
