"""Records in, records out: what tells who and where is replaced by pseudonyms, what was said and when stays.

A capture is read twice. First `Anonymizer.learn` collects the values that fields name: stations, tags, serial numbers,
addresses. Then `Anonymizer.anonymize` replaces them, there and in every text that repeats one of them: a reason, a
description, a file name. A pseudonym has the length and the shape of its value (digits stay digits, letters keep their
case, blanks and signs stay), so rules judge the copy as they judge the original, and messages keep their size.

The same value has the same pseudonym everywhere in a capture, and in all captures with the same salt unless two values
would have met. Without the salt, pseudonyms lead nowhere. What stays: message ids, transaction ids, reservation ids,
times, readings, vendor, model, firmware, and whatever else a rule needs to see.
"""
