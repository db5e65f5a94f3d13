<?php

Route::get('/orphan/{id}', 'OrphanController@show');
