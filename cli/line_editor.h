// cli/line_editor.h
#pragma once
// Reads lines that somebody types: with editing, history and completion on a terminal, plainly from a pipe.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace xinpu::cli {

/// Threads: one.
class LineEditor {
public:
    /// The words that may stand in place of `beginning`, the word before the cursor.
    using Complete = std::function<std::vector<std::string>(std::string_view beginning)>;

    struct Line {
        std::string text;
        bool dropped = false;  ///< Ctrl-C: what was typed so far is not meant
    };

    /// `history_file` empty: history is not kept. A file that cannot be read or written is no error.
    LineEditor(bool terminal, std::string history_file, Complete complete);
    ~LineEditor();
    LineEditor(const LineEditor&) = delete;
    LineEditor& operator=(const LineEditor&) = delete;

    /// Without its newline; nothing at the end of the input.
    std::optional<Line> read(const std::string& prompt);
    /// Puts a whole statement into the history.
    void remember(const std::string& text);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace xinpu::cli
