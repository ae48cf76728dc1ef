// server/negotiation.cpp
// Reads lists with q values (RFC 9110 §12) and matches them with what there is.
#include "server/negotiation.h"

#include <algorithm>
#include <array>
#include <string>

namespace xinpu::server {
namespace {

struct Known {
    std::string_view type;
    AnswerForm form;
};

constexpr Known kForms[] = {
    {"application/json", {Shape::Document, ValueForm::Plain, "application/json"}},
    {"application/vnd.neo4j.query", {Shape::Document, ValueForm::Typed, "application/vnd.neo4j.query"}},
    {"application/vnd.neo4j.query.v1.0",
     {Shape::Document, ValueForm::Typed, "application/vnd.neo4j.query.v1.0"}},
    {"application/vnd.neo4j.query.v1.1",
     {Shape::Document, ValueForm::Typed, "application/vnd.neo4j.query.v1.1"}},
    {"application/jsonl", {Shape::Lines, ValueForm::Plain, "application/jsonl"}},
    {"application/vnd.neo4j.query.v1.0+jsonl",
     {Shape::Lines, ValueForm::Typed, "application/vnd.neo4j.query.v1.0+jsonl"}},
    {"application/vnd.neo4j.query.v1.1+jsonl",
     {Shape::Lines, ValueForm::Typed, "application/vnd.neo4j.query.v1.1+jsonl"}},
    {"text/csv", {Shape::Csv, ValueForm::Plain, "text/csv; charset=utf-8"}},
    {"*/*", {Shape::Document, ValueForm::Plain, "application/json"}},
    {"application/*", {Shape::Document, ValueForm::Plain, "application/json"}},
    {"text/*", {Shape::Csv, ValueForm::Plain, "text/csv; charset=utf-8"}},
};

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string_view trimmed(std::string_view text) noexcept {
    const std::size_t first = text.find_first_not_of(" \t");
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Takes the part before `separator` off the front of `text`.
std::string_view next(std::string_view& text, char separator) noexcept {
    const std::size_t end = std::min(text.find(separator), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return trimmed(part);
}

/// "0.85" as thousandths; 1000 for what is no q value.
int qualityOf(std::string_view text) noexcept {
    if (text.empty() || (text[0] != '0' && text[0] != '1')) {
        return 1000;
    }
    int thousandths = (text[0] - '0') * 1000;
    int place = 100;
    for (std::size_t i = 2; i < text.size() && i < 5 && text[i] >= '0' && text[i] <= '9'; ++i, place /= 10) {
        thousandths += (text[i] - '0') * place;
    }
    return thousandths;
}

/// One item of a list with its q; `parameters` is left behind the name.
struct Item {
    std::string_view name;
    int quality = 1000;
};
Item itemOf(std::string_view text) noexcept {
    Item item{next(text, ';')};
    while (!text.empty()) {
        std::string_view parameter = next(text, ';');
        const std::string_view name = next(parameter, '=');
        if (equalIgnoringCase(name, "q")) {
            item.quality = qualityOf(parameter);
        }
    }
    return item;
}

}  // namespace

bool equalIgnoringCase(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<AnswerForm> answerForm(std::string_view accept) noexcept {
    if (trimmed(accept).empty()) {
        return AnswerForm{};
    }
    std::optional<AnswerForm> best;
    int best_quality = 0;
    while (!accept.empty()) {
        const Item item = itemOf(next(accept, ','));
        if (item.quality <= best_quality) {
            continue;
        }
        for (const Known& known : kForms) {
            if (equalIgnoringCase(item.name, known.type)) {
                best = known.form;
                best_quality = item.quality;
                break;
            }
        }
    }
    return best;
}

std::optional<ValueForm> bodyForm(std::string_view content_type) noexcept {
    const std::string_view type = itemOf(content_type).name;
    if (equalIgnoringCase(type, "application/json")) {
        return ValueForm::Plain;
    }
    for (const std::string_view typed : {"application/vnd.neo4j.query", "application/vnd.neo4j.query.v1.0",
                                         "application/vnd.neo4j.query.v1.1"}) {
        if (equalIgnoringCase(type, typed)) {
            return ValueForm::Typed;
        }
    }
    return std::nullopt;
}

int qualityIn(std::string_view list, std::string_view name) noexcept {
    while (!list.empty()) {
        const Item item = itemOf(next(list, ','));
        if (equalIgnoringCase(item.name, name)) {
            return item.quality;
        }
    }
    return 0;
}

}  // namespace xinpu::server
