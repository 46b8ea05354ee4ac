import "./hold-clock";
import "./copy-text";
import "./timetable-view";
import "./local-times";
import "./order-sum";
