import "./hold-clock";
import "./copy-text";
import "./timetable-view";
import "./local-times";
import "./order-sum";
import "./asked-if";

// The editor is the organizers' alone, and larger than all the others together.
if (document.querySelector("timetable-editor")) void import("./timetable-editor");
import "./proposal-form";
import "./file-field";
