// query/syntax/parser.cpp
// Runs the generated parser: first without looking at the whole context (SLL, enough for nearly every
// statement), on failure once more with it (LL), and where that fails too a last time to know what would have
// been fine.
#include "query/syntax/parser.h"

#include <optional>

#include "query/syntax/prediction_memory.h"
#include "query/syntax/syntax_message.h"
#include "query/syntax/tree_builder.h"

namespace xinpu::query {
namespace {

// Rules inside each other. Brackets alone, as many as are allowed, need half of it; the rest is for CASE.
constexpr int kRuleDepthMax = 3'000;

struct Failed {
    const Lexeme* at = nullptr;
    std::size_t rule = 0;  // the innermost
};

// Ends the parse at the first thing that does not fit.
class StopAtOnce final : public antlr4::DefaultErrorStrategy {
public:
    /// What is fine instead of the token at `place` is gathered in expected().
    void gatherAt(std::size_t place) { place_ = place; }
    const antlr4::misc::IntervalSet& expected() const { return expected_; }

    void reportError(antlr4::Parser* parser, const antlr4::RecognitionException& e) override {
        const auto* ahead = dynamic_cast<const antlr4::NoViableAltException*>(&e);
        if (place_ && ahead != nullptr && ahead->getDeadEndConfigs() != nullptr) {
            // Looked ahead to the token from several rules at once.
            for (const auto& configuration : ahead->getDeadEndConfigs()->configs) {
                expected_.addAll(parser->getATN().nextTokens(configuration->state));
            }
            expected_.remove(antlr4::Token::EPSILON);
        }
        stop(*parser, e.getOffendingToken());
    }
    antlr4::Token* recoverInline(antlr4::Parser* parser) override {
        gather(*parser);
        stop(*parser, parser->getCurrentToken());
    }
    void recover(antlr4::Parser* parser, std::exception_ptr) override {
        stop(*parser, parser->getCurrentToken());
    }
    void sync(antlr4::Parser* parser) override { gather(*parser); }

private:
    void gather(antlr4::Parser& parser) {
        if (place_ && parser.getTokenStream()->index() == *place_) {
            expected_.addAll(parser.getExpectedTokens());
        }
    }
    [[noreturn]] static void stop(antlr4::Parser& parser, antlr4::Token* token) {
        throw Failed{static_cast<const Lexeme*>(token), parser.getContext()->getRuleIndex()};
    }

    std::optional<std::size_t> place_{};
    antlr4::misc::IntervalSet expected_{};
};

class StatementParser final : public Grammar {
public:
    explicit StatementParser(antlr4::TokenStream* tokens) : Grammar(tokens) {}

    // CASE is the one form that nests without brackets.
    void enterRule(antlr4::ParserRuleContext* context, std::size_t state, std::size_t rule) override {
        Grammar::enterRule(context, state, rule);
        if (rule == RuleCaseExpression && context->depth() > kRuleDepthMax) {
            throw Error(ErrorCode::Limit, "Too many CASEs inside each other: take the statement apart.",
                        "NESTING_LIMIT", firstLexeme(*context).at());
        }
    }
};

std::unique_ptr<Statement> parse(std::string_view text, std::vector<Lexeme>& lexemes) {
    LexemeStream stream(lexemes);
    StatementParser parser(&stream);
    const auto errors = std::make_shared<StopAtOnce>();
    parser.setErrorHandler(errors);
    auto& simulator = *parser.getInterpreter<antlr4::atn::ParserATNSimulator>();
    Tree* tree = nullptr;
    const auto run = [&](antlr4::atn::PredictionMode mode) -> std::optional<Failed> {
        stream.seek(0);
        parser.reset();
        simulator.setPredictionMode(mode);
        try {
            tree = parser.statement();
            return std::nullopt;
        } catch (const Failed& failed) {
            return failed;
        }
    };
    if (run(antlr4::atn::PredictionMode::SLL)) {
        if (const auto failed = run(antlr4::atn::PredictionMode::LL)) {
            errors->gatherAt(failed->at->getTokenIndex());
            run(antlr4::atn::PredictionMode::LL);
            throw syntaxError(*failed->at, failed->rule, errors->expected());
        }
    }
    return TreeBuilder(text).statement(*tree);
}

// Tells the memory of the parsers, once none of them holds it.
class Parsed {
public:
    explicit Parsed(std::size_t tokens) noexcept : tokens_(tokens) {}
    Parsed(const Parsed&) = delete;
    Parsed& operator=(const Parsed&) = delete;
    ~Parsed() { PredictionMemory::shared().parsed(tokens_); }

private:
    std::size_t tokens_;
};

}  // namespace

std::unique_ptr<Statement> parseStatement(std::string_view text) {
    std::vector<Lexeme> lexemes = readLexemes(text);
    const Parsed parsed(lexemes.size());
    const auto lock = PredictionMemory::shared().use();
    return parse(text, lexemes);
}

}  // namespace xinpu::query
