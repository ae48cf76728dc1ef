// query/session/plan_text.cpp
// A plan as a table for the terminal: one line an operator, the last one first, as results flow upwards.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "query/session/session.h"

namespace xinpu::query {

namespace {

constexpr std::size_t kColumns = 6;
using Line = std::array<std::string, kColumns>;

std::size_t codePoints(std::string_view text) noexcept {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char byte) { return (byte & 0xc0) != 0x80; }));
}

void addLines(const PlanDescription& plan, const std::string& indent, std::vector<Line>& lines) {
    lines.push_back({indent + "+" + plan.op, plan.details, fmt::format("{:.1f}", plan.estimated_rows),
                     plan.profiled ? fmt::format("{}", plan.rows) : "",
                     plan.profiled ? fmt::format("{}", plan.store_reads) : "",
                     plan.profiled ? fmt::format("{:.3f}", plan.time_ms) : ""});
    for (std::size_t i = plan.children.size(); i-- > 0;) {  // what runs last stands first, its input below it
        addLines(plan.children[i], i == 0 ? indent : indent + "| ", lines);
    }
}

}  // namespace

std::string planAsText(const PlanDescription& plan) {
    std::vector<Line> lines{{"Operator", "Details", "Estimated Rows", "Rows", "Reads", "Time (ms)"}};
    addLines(plan, "", lines);
    const std::size_t shown = plan.profiled ? kColumns : 3;
    std::array<std::size_t, kColumns> widths{};
    for (const Line& line : lines) {
        for (std::size_t c = 0; c < shown; ++c) {
            widths[c] = std::max(widths[c], codePoints(line[c]));
        }
    }
    std::string rule = "+";
    for (std::size_t c = 0; c < shown; ++c) {
        rule += std::string(widths[c] + 2, '-') + "+";
    }
    std::string text = rule + "\n";
    for (std::size_t l = 0; l < lines.size(); ++l) {
        text += "|";
        for (std::size_t c = 0; c < shown; ++c) {
            const std::string& cell = lines[l][c];
            const std::string room(widths[c] - codePoints(cell), ' ');
            text += c < 2 || l == 0 ? " " + cell + room + " |" : " " + room + cell + " |";
        }
        text += "\n";
        if (l == 0) {
            text += rule + "\n";
        }
    }
    return text + rule + "\n";
}

}  // namespace xinpu::query
