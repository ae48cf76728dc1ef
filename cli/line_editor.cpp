// cli/line_editor.cpp
// libedit on a terminal; its C interface ends in this file.
#include "cli/line_editor.h"

#include <algorithm>
#include <clocale>
#include <cstdio>
#include <filesystem>
#include <iostream>

#include <histedit.h>
#include <sys/stat.h>

namespace xinpu::cli {
namespace {

constexpr int kHistoryLines = 1'000;

bool isWordByte(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == ':' || static_cast<unsigned char>(c) >= 0x80;
}

std::size_t commonBeginning(const std::vector<std::string>& words) noexcept {
    std::size_t length = words.front().size();
    for (const std::string& word : words) {
        const auto end = std::mismatch(
            words.front().begin(),
            words.front().begin() + static_cast<std::ptrdiff_t>(std::min(length, word.size())), word.begin());
        length = static_cast<std::size_t>(end.first - words.front().begin());
    }
    while (length > 0 && length < words.front().size() &&
           (static_cast<unsigned char>(words.front()[length]) & 0xC0U) == 0x80U) {
        --length;  // never inside a character
    }
    return length;
}

}  // namespace

struct LineEditor::Impl {
    struct EndEditor {
        void operator()(EditLine* editor) const noexcept { el_end(editor); }
    };
    struct EndHistory {
        void operator()(History* lines) const noexcept { history_end(lines); }
    };

    std::unique_ptr<History, EndHistory> lines;
    std::unique_ptr<EditLine, EndEditor> editor;
    std::string history_file;
    std::string prompt;
    Complete complete;
    bool dropped = false;

    static Impl& of(EditLine* editor) {
        void* data = nullptr;
        el_get(editor, EL_CLIENTDATA, &data);
        return *static_cast<Impl*>(data);
    }
    static char* promptOf(EditLine* editor) { return of(editor).prompt.data(); }
    static unsigned char onInterrupt(EditLine* editor, int) {
        of(editor).dropped = true;
        return CC_NEWLINE;
    }
    static unsigned char onTab(EditLine* editor, int) { return of(editor).completeWord(editor); }

    unsigned char completeWord(EditLine* el) {
        const LineInfo* line = el_line(el);
        const char* first = line->cursor;
        while (first > line->buffer && isWordByte(first[-1])) {
            --first;
        }
        const std::string beginning(first, static_cast<std::size_t>(line->cursor - first));
        const std::vector<std::string> words = complete(beginning);
        if (words.empty()) {
            return CC_REFRESH_BEEP;
        }
        const std::size_t length = commonBeginning(words);
        if (length > beginning.size() || words.size() == 1) {
            // Letters may differ in case from what was typed: the word replaces it.
            el_deletestr(el, static_cast<int>(beginning.size()));
            el_insertstr(el, (words.front().substr(0, length) + (words.size() == 1 ? " " : "")).c_str());
            return CC_REFRESH;
        }
        std::fputc('\n', stdout);
        for (const std::string& word : words) {
            std::fputs((word + "  ").c_str(), stdout);
        }
        std::fputc('\n', stdout);
        std::fflush(stdout);
        return CC_REDISPLAY;
    }

    void set() {
        lines.reset(history_init());
        editor.reset(el_init("xinpu", stdin, stdout, stderr));
        EditLine* el = editor.get();
        el_set(el, EL_CLIENTDATA, this);
        el_set(el, EL_PROMPT, promptOf);
        el_set(el, EL_EDITOR, "emacs");
        el_set(el, EL_HIST, history, lines.get());
        el_set(el, EL_ADDFN, "xinpu-complete", "completes a word", onTab);
        el_set(el, EL_ADDFN, "xinpu-interrupt", "drops what was typed", onInterrupt);
        el_set(el, EL_BIND, "^I", "xinpu-complete", nullptr);
        el_set(el, EL_BIND, "^R", "em-inc-search-prev", nullptr);
        // Ctrl-C comes as a character while a line is typed, and as a signal while a statement runs.
        el_set(el, EL_SETTY, "-d", "-isig", nullptr);
        el_set(el, EL_BIND, "^C", "xinpu-interrupt", nullptr);
        HistEvent event{};
        history(lines.get(), &event, H_SETSIZE, kHistoryLines);
        history(lines.get(), &event, H_SETUNIQUE, 1);
        if (!history_file.empty()) {
            history(lines.get(), &event, H_LOAD, history_file.c_str());
        }
    }
};

LineEditor::LineEditor(bool terminal, std::string history_file, Complete complete)
    : impl_(std::make_unique<Impl>()) {
    impl_->history_file = std::move(history_file);
    impl_->complete = std::move(complete);
    if (terminal) {
        std::setlocale(LC_CTYPE, "C.UTF-8");  // libedit counts characters by it
        impl_->set();
    }
}

LineEditor::~LineEditor() {
    if (impl_->lines != nullptr && !impl_->history_file.empty()) {
        // Statements may name people: nobody else reads them.
        const mode_t before = ::umask(S_IRWXG | S_IRWXO);
        std::error_code ignored;
        std::filesystem::create_directories(std::filesystem::path(impl_->history_file).parent_path(),
                                            ignored);
        HistEvent event{};
        history(impl_->lines.get(), &event, H_SAVE, impl_->history_file.c_str());
        ::umask(before);
    }
}

std::optional<LineEditor::Line> LineEditor::read(const std::string& prompt) {
    Line line;
    if (impl_->editor == nullptr) {
        return std::getline(std::cin, line.text) ? std::optional(std::move(line)) : std::nullopt;
    }
    impl_->prompt = prompt;
    impl_->dropped = false;
    std::cout.flush();
    int length = 0;
    const char* text = el_gets(impl_->editor.get(), &length);
    if (text == nullptr || length <= 0) {
        return std::nullopt;
    }
    line.text.assign(text, static_cast<std::size_t>(length));
    while (line.text.ends_with('\n') || line.text.ends_with('\r')) {
        line.text.pop_back();
    }
    line.dropped = impl_->dropped;
    if (line.dropped) {
        std::fputs("^C\n", stdout);
        std::fflush(stdout);
    }
    return line;
}

void LineEditor::remember(const std::string& text) {
    if (impl_->lines != nullptr && !text.empty()) {
        HistEvent event{};
        history(impl_->lines.get(), &event, H_ENTER, text.c_str());
    }
}

}  // namespace xinpu::cli
