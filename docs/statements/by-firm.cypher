// Violations across related firms in the window, by firm: each penalty counts once.
MATCH (c:Subject {uscc: $uscc})
      -[e:INVESTS_IN WHERE e.share >= $minShare VALID ON $date]-{0,3}(f:Subject)
WITH DISTINCT f
MATCH (f)<-[:AGAINST]-(p:Penalty)
WHERE p.decidedOn IN WINDOW 3 YEARS ENDING 7 WORKING DAYS BEFORE $date
RETURN f.uscc AS uscc, f.name AS name, count(p) AS violations, sum(p.fine) AS fines
ORDER BY violations DESC, uscc LIMIT 20
